// A single page with routes behind the #, as the small frameworks make them.
const root = document.getElementById("root");
const get = path => fetch(path).then(answer => answer.json());
const frame = (menu, inside) => {
  root.innerHTML = `<header><nav><ul>${menu.map(one => `<li><a href="#${one.path}">${one.name}</a></li>`).join("")}</ul></nav></header>
    <main>${inside}</main><footer><a href="https://www.facebook.com/SinaqRIH"><i class="fb"></i>Facebook</a></footer>`;
};
const entry = one => `<li><span class="date">${one.date}</span> <a href="#/xeber/${one.id}">${one.title}</a></li>`;
async function show() {
  const route = location.hash.slice(1) || "/";
  const menu = await get("/api/menu.json");
  if (route === "/" || route === "/xeberler") {
    const news = await get("/api/news.json?page=1");
    const said = route === "/" ? "<p>Rayon İcra Hakimiyyətinin internet səhifəsinə xoş gəlmisiniz. Burada rayonun həyatı haqqında məlumat verilir.</p>" : "";
    frame(menu, `<h1>${route === "/" ? "Sınaq Rayon İcra Hakimiyyəti" : "Xəbərlər"}</h1>${said}<ul class="list">${news.items.map(entry).join("")}</ul>`);
  } else {
    const page = await get(`/api/page${route}.json`).catch(() => ({ title: "Səhifə tapılmadı", body: "" }));
    frame(menu, `<h1>${page.title}</h1>${page.body}`);
  }
}
window.addEventListener("hashchange", show);
show();
