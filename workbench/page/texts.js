// Every text of the workbench page, by language.
export const texts = {
  en: {
    workbench: "workbench", kiosk: "Kiosk", badges: "Badge reader", tap: "Tap", scanner: "Scanner", scan: "Scan", network: "Network to head office",
    printer: "Receipt printer", slips: "Slips", slip: "Slip", no_slip: "No slip has been printed yet.", office: "Open the back office", user: "user", password: "password",
    live: "live", starting: "starting", gone: "stopped", net_up: "Connected", net_cut: "Cut", net_silent: "Silent", paper_ok: "Paper", paper_low: "Nearly out", paper_out: "Out",
    open_cover: "Open the cover", close_cover: "Close the cover", printer_off: "Switch printer off", printer_on: "Switch printer on", unplug_reader: "Unplug the reader",
    plug_reader: "Plug the reader in",
    truth: "Terminal, bridge, broker, database and head office are real. Badge reader, scanner, printer and the network in between are emulated at the wire.",
  },
  fr: {
    workbench: "établi", kiosk: "Borne", badges: "Lecteur de badges", tap: "Badger", scanner: "Lecteur de codes", scan: "Lire", network: "Réseau vers le siège",
    printer: "Imprimante de tickets", slips: "Tickets", slip: "Ticket", no_slip: "Aucun ticket imprimé pour l'instant.", office: "Ouvrir la gestion", user: "utilisateur", password: "mot de passe",
    live: "en direct", starting: "démarrage", gone: "arrêté", net_up: "Relié", net_cut: "Coupé", net_silent: "Muet", paper_ok: "Papier", paper_low: "Presque fini", paper_out: "Fini",
    open_cover: "Ouvrir le capot", close_cover: "Fermer le capot", printer_off: "Éteindre l'imprimante", printer_on: "Allumer l'imprimante", unplug_reader: "Débrancher le lecteur",
    plug_reader: "Brancher le lecteur",
    truth: "Terminal, passerelle, courtier, base de données et siège sont réels. Lecteurs, imprimante et réseau sont émulés au niveau du fil.",
  },
  de: {
    workbench: "Werkbank", kiosk: "Kiosk", badges: "Ausweisleser", tap: "Auflegen", scanner: "Scanner", scan: "Scannen", network: "Netz zur Zentrale",
    printer: "Bondrucker", slips: "Bons", slip: "Bon", no_slip: "Noch kein Bon gedruckt.", office: "Verwaltung öffnen", user: "Benutzer", password: "Kennwort",
    live: "live", starting: "startet", gone: "beendet", net_up: "Verbunden", net_cut: "Getrennt", net_silent: "Stumm", paper_ok: "Papier", paper_low: "Fast leer", paper_out: "Leer",
    open_cover: "Deckel öffnen", close_cover: "Deckel schließen", printer_off: "Drucker ausschalten", printer_on: "Drucker einschalten", unplug_reader: "Leser abziehen",
    plug_reader: "Leser anstecken",
    truth: "Terminal, Brücke, Broker, Datenbank und Zentrale sind echt. Leser, Scanner, Drucker und das Netz dazwischen sind an der Leitung nachgebildet.",
  },
  es: {
    workbench: "banco de trabajo", kiosk: "Quiosco", badges: "Lector de tarjetas", tap: "Pasar", scanner: "Escáner", scan: "Leer", network: "Red con la central",
    printer: "Impresora de tiques", slips: "Tiques", slip: "Tique", no_slip: "Todavía no se ha impreso ningún tique.", office: "Abrir la gestión", user: "usuario", password: "contraseña",
    live: "en vivo", starting: "arrancando", gone: "parado", net_up: "Conectada", net_cut: "Cortada", net_silent: "Muda", paper_ok: "Papel", paper_low: "Casi agotado", paper_out: "Agotado",
    open_cover: "Abrir la tapa", close_cover: "Cerrar la tapa", printer_off: "Apagar la impresora", printer_on: "Encender la impresora", unplug_reader: "Desconectar el lector",
    plug_reader: "Conectar el lector",
    truth: "Terminal, puente, bróker, base de datos y central son reales. Lectores, impresora y la red intermedia se emulan en el cable.",
  },
};
