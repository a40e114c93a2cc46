// Every text of the workbench page, by language.
export const texts = {
  en: {
    workbench: "workbench", badges: "Badge reader", tap: "Tap", scanner: "Scanner", scan: "Scan", network: "Network to head office",
    slips: "Slips", slip: "Slip", no_slip: "No slip has been printed yet.", office: "Open the back office", user: "user", password: "password",
    live: "live", starting: "starting", gone: "stopped", net_up: "Connected", net_cut: "Cut", net_silent: "Silent", paper_ok: "Paper", paper_near_end: "Nearly out", paper_out: "Out",
    open_cover: "Open the cover", close_cover: "Close the cover", printer_off: "Switch printer off", printer_on: "Switch printer on", unplug_reader: "Unplug the reader",
    plug_reader: "Plug the reader in",
    kiosk: "Kiosk", till: "Till", pickup_guests: "Pick-up screen", pickup_kitchen: "Preparation screen", pass_through: "Pass-through", devices: "Devices of", printer: "Receipt printer", kitchen: "Kitchen printer", no_devices: "This screen has no devices of its own.", dashboard: "Head office, live",
    truth: "Terminals, bridges, broker, database and head office are real. Badge readers, scanners, printers, displays and the network in between are emulated at the wire.",
  },
  fr: {
    workbench: "établi", badges: "Lecteur de badges", tap: "Badger", scanner: "Lecteur de codes", scan: "Lire", network: "Réseau vers le siège",
    slips: "Tickets", slip: "Ticket", no_slip: "Aucun ticket imprimé pour l'instant.", office: "Ouvrir la gestion", user: "utilisateur", password: "mot de passe",
    live: "en direct", starting: "démarrage", gone: "arrêté", net_up: "Relié", net_cut: "Coupé", net_silent: "Muet", paper_ok: "Papier", paper_near_end: "Presque fini", paper_out: "Fini",
    open_cover: "Ouvrir le capot", close_cover: "Fermer le capot", printer_off: "Éteindre l'imprimante", printer_on: "Allumer l'imprimante", unplug_reader: "Débrancher le lecteur",
    plug_reader: "Brancher le lecteur",
    kiosk: "Borne", till: "Caisse", pickup_guests: "Écran de retrait", pickup_kitchen: "Écran de préparation", pass_through: "Passage rapide", devices: "Appareils de", printer: "Imprimante de tickets", kitchen: "Imprimante de cuisine", no_devices: "Cet écran n'a pas d'appareil à lui.", dashboard: "Siège, en direct",
    truth: "Terminaux, passerelles, courtier, base de données et siège sont réels. Lecteurs, imprimantes, afficheurs et réseau sont émulés au niveau du fil.",
  },
  de: {
    workbench: "Werkbank", badges: "Ausweisleser", tap: "Auflegen", scanner: "Scanner", scan: "Scannen", network: "Netz zur Zentrale",
    slips: "Bons", slip: "Bon", no_slip: "Noch kein Bon gedruckt.", office: "Verwaltung öffnen", user: "Benutzer", password: "Kennwort",
    live: "live", starting: "startet", gone: "beendet", net_up: "Verbunden", net_cut: "Getrennt", net_silent: "Stumm", paper_ok: "Papier", paper_near_end: "Fast leer", paper_out: "Leer",
    open_cover: "Deckel öffnen", close_cover: "Deckel schließen", printer_off: "Drucker ausschalten", printer_on: "Drucker einschalten", unplug_reader: "Leser abziehen",
    plug_reader: "Leser anstecken",
    kiosk: "Kiosk", till: "Kasse", pickup_guests: "Abholanzeige", pickup_kitchen: "Küchenanzeige", pass_through: "Durchgang", devices: "Geräte von", printer: "Bondrucker", kitchen: "Küchendrucker", no_devices: "Dieser Bildschirm hat keine eigenen Geräte.", dashboard: "Zentrale, live",
    truth: "Terminals, Brücken, Broker, Datenbank und Zentrale sind echt. Leser, Scanner, Drucker, Anzeigen und das Netz dazwischen sind an der Leitung nachgebildet.",
  },
  es: {
    workbench: "banco de trabajo", badges: "Lector de tarjetas", tap: "Pasar", scanner: "Escáner", scan: "Leer", network: "Red con la central",
    slips: "Tiques", slip: "Tique", no_slip: "Todavía no se ha impreso ningún tique.", office: "Abrir la gestión", user: "usuario", password: "contraseña",
    live: "en vivo", starting: "arrancando", gone: "parado", net_up: "Conectada", net_cut: "Cortada", net_silent: "Muda", paper_ok: "Papel", paper_near_end: "Casi agotado", paper_out: "Agotado",
    open_cover: "Abrir la tapa", close_cover: "Cerrar la tapa", printer_off: "Apagar la impresora", printer_on: "Encender la impresora", unplug_reader: "Desconectar el lector",
    plug_reader: "Conectar el lector",
    kiosk: "Quiosco", till: "Caja", pickup_guests: "Pantalla de recogida", pickup_kitchen: "Pantalla de preparación", pass_through: "Paso rápido", devices: "Aparatos de", printer: "Impresora de tiques", kitchen: "Impresora de cocina", no_devices: "Esta pantalla no tiene aparatos propios.", dashboard: "Central, en vivo",
    truth: "Terminales, puentes, bróker, base de datos y central son reales. Lectores, impresoras, pantallas y la red intermedia se emulan en el cable.",
  },
};
