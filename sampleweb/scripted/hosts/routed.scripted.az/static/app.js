// The same, but the server answers 404 to each of these addresses: only a press on a link shows what is there.
const app = document.getElementById("app");
const get = path => fetch(path).then(answer => answer.ok ? answer.json() : Promise.reject());
const entry = one => `<article><time>${one.date}</time> <a href="/xeber/${one.id}">${one.title}</a></article>`;
function frame(menu, inside) {
  app.innerHTML = `<nav>${menu.map(one => `<a href="${one.path}">${one.name}</a>`).join(" ")}</nav><main>${inside}</main>
    <footer><a href="https://www.facebook.com/SinaqNazirliyi">Facebook</a></footer>`;
}
async function show() {
  const menu = await get("/api/menu.json"), path = location.pathname;
  if (path === "/" || path === "/xeberler") {
    const news = await get("/api/news.json?page=1");
    frame(menu, `<h1>${path === "/" ? "Sınaq Nazirliyi" : "Xəbərlər"}</h1><p>Nazirliyin fəaliyyəti haqqında xəbərlər burada dərc olunur.</p>${news.items.map(entry).join("")}`);
    document.title = path === "/" ? "Sınaq Nazirliyi" : "Xəbərlər";
    return;
  }
  try {
    const page = await get(`/api/page${path}.json`);
    frame(menu, `<h1>${page.title}</h1>${page.body}`);
    document.title = page.title;
  } catch {
    frame(menu, "<h1>Səhifə tapılmadı</h1>");
  }
}
document.addEventListener("click", event => {
  const link = event.target.closest("a[href^='/']");
  if (!link) return;
  event.preventDefault();
  history.pushState({}, "", link.getAttribute("href"));
  show();
});
window.addEventListener("popstate", show);
show();
