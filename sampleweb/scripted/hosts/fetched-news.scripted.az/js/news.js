// The frame comes from the server, the news from an address of its own.
fetch("/api/news.json?page=1").then(answer => answer.json()).then(news => {
  document.getElementById("news").innerHTML = "<ul>" + news.items.map(one =>
    `<li><span class="date">${one.date}</span> <a href="/xeber/${one.id}.html">${one.title}</a></li>`).join("") + "</ul>";
});
