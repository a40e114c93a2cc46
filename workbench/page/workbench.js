// The workbench page: one WebSocket brings the terminal's frames and the devices' state and takes touches and commands.
import { texts } from "/page/texts.js";

const language = (navigator.languages || []).map((tag) => tag.slice(0, 2)).find((tag) => tag in texts) || "en";
const t = (key) => texts[language][key];
document.documentElement.lang = language;
for (const element of document.querySelectorAll("[data-text]")) element.textContent = t(element.dataset.text);

const $ = (id) => document.getElementById(id);
const canvas = $("screen");
const pen = canvas.getContext("2d");
let socket;
let state = null;

function connect() {
  socket = new WebSocket(`ws://${location.host}/live`);
  socket.binaryType = "blob";
  socket.onmessage = async (message) => {
    if (typeof message.data === "string") show(JSON.parse(message.data));
    else {
      const picture = await createImageBitmap(message.data);
      pen.drawImage(picture, 0, 0, canvas.width, canvas.height);
      picture.close();
    }
  };
  socket.onclose = () => {
    chip($("screen-state"), t("gone"), true);
    setTimeout(connect, 1000);
  };
}

function send(command) {
  if (socket.readyState === WebSocket.OPEN) socket.send(JSON.stringify(command));
}

function chip(element, text, off) {
  element.textContent = text;
  element.classList.toggle("off", off);
}

function press(button, pressed, bad = false) {
  button.setAttribute("aria-pressed", String(pressed));
  button.classList.toggle("bad", bad);
}

function rows(box, items, make) {
  if (box.childElementCount === items.length) return;
  box.replaceChildren(...items.map((item) => {
    const button = document.createElement("button");
    const [label, detail, command] = make(item);
    button.append(label, Object.assign(document.createElement("small"), { textContent: detail }));
    button.onclick = () => send(command);
    return button;
  }));
}

function show(news) {
  const problem = $("problem");
  problem.hidden = !news.problem;
  problem.textContent = news.problem || "";
  if (news.problem) return;
  state = news;
  if (canvas.width !== state.screen.width || canvas.height !== state.screen.height) {
    canvas.width = state.screen.width;
    canvas.height = state.screen.height;
  }
  chip($("screen-state"), state.screen.up ? t("live") : t("starting"), !state.screen.up);
  rows($("badges"), state.badges, (badge) => [badge.label, badge.number, { do: "badge", number: badge.number }]);
  rows($("barcodes"), state.barcodes, (item) => [item.label, item.code, { do: "scan", code: item.code }]);
  const plugged = state.badge_reader.plugged;
  $("reader").textContent = plugged ? t("unplug_reader") : t("plug_reader");
  press($("reader"), !plugged, true);
  for (const button of $("network").children) press(button, button.dataset.value === state.network, state.network !== "up");
  for (const button of $("paper").children) press(button, button.dataset.value === state.printer.paper, state.printer.paper !== "ok");
  $("cover").textContent = state.printer.cover_open ? t("close_cover") : t("open_cover");
  press($("cover"), state.printer.cover_open, true);
  $("power").textContent = state.printer.online ? t("printer_off") : t("printer_on");
  press($("power"), !state.printer.online, true);
  $("office").href = state.office.url;
  $("login").replaceChildren(`${t("user")} `, code(state.office.user), ` ${t("password")} `, code(state.office.password));
  slips(state.printer.slips);
}

function code(text) {
  return Object.assign(document.createElement("code"), { textContent: text });
}

function slips(count) {
  const box = $("slips");
  $("slip-count").textContent = String(count);
  $("no-slip").hidden = count > 0;
  if (box.childElementCount > count) box.replaceChildren();
  for (let number = box.childElementCount + 1; number <= count; number += 1) {
    box.prepend(Object.assign(document.createElement("img"), { src: `/slips/${number}.png`, alt: `${t("slip")} ${number}` }));
  }
}

function touch(type, event) {
  const box = canvas.getBoundingClientRect();
  send({
    do: "touch", type,
    x: Math.round(((event.clientX - box.left) / box.width) * canvas.width),
    y: Math.round(((event.clientY - box.top) / box.height) * canvas.height),
  });
}

canvas.addEventListener("pointerdown", (event) => { canvas.setPointerCapture(event.pointerId); touch("down", event); });
canvas.addEventListener("pointermove", (event) => { if (event.buttons) touch("move", event); });
canvas.addEventListener("pointerup", (event) => touch("up", event));
canvas.addEventListener("pointercancel", (event) => touch("up", event));
$("badge-form").onsubmit = (event) => { event.preventDefault(); send({ do: "badge", number: $("badge-number").value.trim() }); };
$("scan-form").onsubmit = (event) => { event.preventDefault(); send({ do: "scan", code: $("scan-code").value.trim() }); };
$("reader").onclick = () => send({ do: "reader", plugged: !state.badge_reader.plugged });
$("cover").onclick = () => send({ do: "cover", open: !state.printer.cover_open });
$("power").onclick = () => send({ do: "printer", online: !state.printer.online });
$("network").onclick = (event) => { if (event.target.dataset.value) send({ do: "network", state: event.target.dataset.value }); };
$("paper").onclick = (event) => { if (event.target.dataset.value) send({ do: "paper", state: event.target.dataset.value }); };
connect();
