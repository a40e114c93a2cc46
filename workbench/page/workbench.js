// The workbench page: one WebSocket brings the terminals' frames and the devices' state and takes touches and commands.
import { texts } from "/page/texts.js";

const language = (navigator.languages || []).map((tag) => tag.slice(0, 2)).find((tag) => tag in texts) || "en";
const t = (key) => texts[language][key];
document.documentElement.lang = language;
for (const element of document.querySelectorAll("[data-text]")) element.textContent = t(element.dataset.text);

const $ = (id) => document.getElementById(id);
const make = (tag, fields = {}, ...inside) => {
  const element = Object.assign(document.createElement(tag), fields);
  element.append(...inside);
  return element;
};
const screens = [];
const shown = new Set();
let socket;
let state = null;
let chosen = 0;

function connect() {
  socket = new WebSocket(`ws://${location.host}/live`);
  socket.binaryType = "blob";
  socket.onmessage = async (message) => {
    if (typeof message.data === "string") {
      show(JSON.parse(message.data));
      return;
    }
    const index = new Uint8Array(await message.data.slice(0, 1).arrayBuffer())[0];
    const picture = await createImageBitmap(message.data.slice(1));
    const canvas = screens[index]?.canvas;
    if (canvas) canvas.getContext("2d").drawImage(picture, 0, 0, canvas.width, canvas.height);
    picture.close();
  };
  socket.onclose = () => {
    for (const screen of screens) chip(screen.chip, t("gone"), true);
    setTimeout(connect, 1000);
  };
}

function send(command) {
  if (socket.readyState === WebSocket.OPEN) socket.send(JSON.stringify({ station: state.stations[chosen].name, ...command }));
}

function chip(element, text, off) {
  element.textContent = text;
  element.classList.toggle("off", off);
}

function press(button, pressed, bad = false) {
  button.setAttribute("aria-pressed", String(pressed));
  button.classList.toggle("bad", bad);
}

function title(station) {
  return t(station.view ? `${station.role}_${station.view}` : station.role);
}

function rows(box, items, describe) {
  const key = JSON.stringify(items);
  if (box.dataset.key === key) return;
  box.dataset.key = key;
  box.replaceChildren(...items.map((item) => {
    const [label, detail, command] = describe(item);
    const button = make("button", { onclick: () => send(command) }, label.replace(" €", "\u00a0€"), make("small", { textContent: detail }));
    return button;
  }));
}

function addScreen(station, index) {
  const canvas = make("canvas", { width: station.screen.width, height: station.screen.height, tabIndex: 0 });
  canvas.setAttribute("aria-label", title(station));
  const mark = make("span", { className: "chip" });
  const head = make("button", { className: "title", onclick: () => choose(index) }, make("b", { textContent: title(station) }), make("small", { textContent: station.name }), mark);
  const display = make("pre", { className: "display", hidden: true });
  const box = make("section", { className: `terminal ${station.screen.height > station.screen.width ? "tall" : "wide"} ${station.role}` }, head, canvas, display);
  const touch = (type, event) => {
    const area = canvas.getBoundingClientRect();
    send({
      do: "touch", type, station: station.name,
      x: Math.round(((event.clientX - area.left) / area.width) * canvas.width),
      y: Math.round(((event.clientY - area.top) / area.height) * canvas.height),
    });
  };
  canvas.addEventListener("pointerdown", (event) => { choose(index); canvas.setPointerCapture(event.pointerId); touch("down", event); });
  canvas.addEventListener("pointermove", (event) => { if (event.buttons) touch("move", event); });
  canvas.addEventListener("pointerup", (event) => touch("up", event));
  canvas.addEventListener("pointercancel", (event) => touch("up", event));
  $("screens").append(box);
  screens.push({ canvas, chip: mark, box, display });
}

function choose(index) {
  chosen = index;
  if (state) show(state);
}

function show(news) {
  const problem = $("problem");
  problem.hidden = !news.problem;
  problem.textContent = news.problem || "";
  if (news.problem) return;
  state = news;
  state.stations.forEach((station, index) => {
    if (!screens[index]) addScreen(station, index);
    const screen = screens[index];
    chip(screen.chip, station.screen.up ? t("live") : t("starting"), !station.screen.up);
    screen.box.classList.toggle("chosen", index === chosen);
    screen.display.hidden = !station.display;
    if (station.display) screen.display.textContent = station.display.join("\n");
  });
  for (const button of $("network").querySelectorAll("button")) press(button, button.dataset.value === state.network, state.network !== "up");
  $("office").href = state.office.url;
  $("login").replaceChildren(`${t("user")} `, code(state.office.user), ` ${t("password")} `, code(state.office.password));
  showDevices(state.stations[chosen]);
  slips();
}

function showDevices(station) {
  $("chosen").textContent = title(station);
  $("badge-part").hidden = !station.badge_reader;
  $("scanner-part").hidden = !station.scanner;
  const names = Object.keys(station.printers);
  $("no-devices").hidden = Boolean(station.badge_reader || names.length);
  rows($("badges"), state.badges, (badge) => [badge.label, badge.number, { do: "badge", number: badge.number }]);
  rows($("barcodes"), state.barcodes, (item) => [item.label, item.code, { do: "scan", code: item.code }]);
  if (station.badge_reader) {
    $("reader").textContent = station.badge_reader.plugged ? t("unplug_reader") : t("plug_reader");
    press($("reader"), !station.badge_reader.plugged, true);
  }
  $("printers").replaceChildren(...names.map((name) => printer(name, station.printers[name])));
}

function printer(name, is) {
  const paper = ["ok", "near_end", "out"].map((value) => {
    const button = make("button", { textContent: t(`paper_${value}`), onclick: () => send({ do: "paper", device: name, state: value }) });
    press(button, is.paper === value, is.paper !== "ok");
    return button;
  });
  const cover = make("button", { className: "switch", textContent: t(is.cover_open ? "close_cover" : "open_cover"), onclick: () => send({ do: "cover", device: name, open: !is.cover_open }) });
  press(cover, is.cover_open, true);
  const power = make("button", { className: "switch", textContent: t(is.online ? "printer_off" : "printer_on"), onclick: () => send({ do: "printer", device: name, online: !is.online }) });
  press(power, !is.online, true);
  return make("div", {}, make("h3", { textContent: t(name) }), make("div", { className: "choice" }, ...paper), make("div", { className: "line" }, cover, power));
}

function code(text) {
  return make("code", { textContent: text });
}

function slips() {
  let count = 0;
  for (const station of state.stations) {
    for (const [device, is] of Object.entries(station.printers)) {
      count += is.slips;
      for (let number = 1; number <= is.slips; number += 1) {
        const source = `/slips/${station.name}/${device}/${number}.png`;
        if (shown.has(source)) continue;
        shown.add(source);
        const caption = make("figcaption", { textContent: `${title(station)} · ${t(device)} · ${number}` });
        $("slips").prepend(make("figure", {}, make("img", { src: source, alt: `${t("slip")} ${number}` }), caption));
      }
    }
  }
  $("slip-count").textContent = String(count);
  $("no-slip").hidden = count > 0;
}

$("badge-form").onsubmit = (event) => { event.preventDefault(); send({ do: "badge", number: $("badge-number").value.trim() }); };
$("scan-form").onsubmit = (event) => { event.preventDefault(); send({ do: "scan", code: $("scan-code").value.trim() }); };
$("reader").onclick = () => send({ do: "reader", plugged: !state.stations[chosen].badge_reader.plugged });
$("network").onclick = (event) => { if (event.target.dataset.value) send({ do: "network", state: event.target.dataset.value }); };
connect();
