// Addresses that only this script knows: the server answers 404 to whoever asks for them.
const root = document.getElementById("root");
const get = path => fetch(path).then(answer => answer.ok ? answer.json() : Promise.reject());
function made(tag, text, inside = []) {
  const one = document.createElement(tag);
  if (text) one.textContent = text;
  inside.forEach(part => one.append(part));
  return one;
}
function entry(one) {
  const link = made("a", one.name);
  link.addEventListener("click", () => { history.pushState({}, "", one.path); show(); });
  return link;
}
function listed(news) {
  return made("ul", "", news.items.map(one => made("li", "", [made("time", one.date), made("b", one.title)])));
}
async function show() {
  const menu = await get("/api/menu.json"), path = location.pathname, main = made("main");
  root.replaceChildren(made("nav", "", menu.map(entry)), main, made("footer", "© Sınaq Agentliyi"));
  const network = made("a", "Facebook");
  network.href = "https://www.facebook.com/SinaqAgentliyi";
  root.lastChild.append(network);
  if (path === "/" || path === "/xeberler") {
    const news = await get("/api/news.json?page=1");
    main.append(made("h1", path === "/" ? "Sınaq Agentliyi" : "Xəbərlər"), listed(news));
    return;
  }
  try {
    const page = await get(`/api/page${path}.json`);
    main.append(made("h1", page.title));
    main.insertAdjacentHTML("beforeend", page.body);
  } catch {
    main.append(made("h1", "Səhifə tapılmadı"));
  }
}
window.addEventListener("popstate", show);
show();
