"""Views of a till as a flow would make them, in four languages with texts as long as they get, to look at its pages."""

from __future__ import annotations

from dataclasses import replace

from appliance.flows import intents as do
from appliance.presenters import views as v
from appliance.presenters import views_till as t

ORDER = ("en", "fr", "de", "es")
NAMES = ("English", "Français", "Deutsch", "Español")

_TEXTS: dict[str, tuple[str, str, str, str]] = {
    "connected": ("Connected", "Connecté", "Verbunden", "Conectado"),
    "sent": (
        "0 unsent · complete up to 4,191 · prices of 11:28",
        "0 non envoyé · complet jusqu’à 4 191 · prix de 11 h 28",
        "0 nicht gesendet · vollständig bis 4.191 · Preise von 11:28 Uhr",
        "0 sin enviar · completo hasta 4.191 · precios de las 11:28",
    ),
    "local": (
        "Local mode since 12:07",
        "Mode local depuis 12 h 07",
        "Ohne Verbindung seit 12:07 Uhr",
        "Modo local desde las 12:07",
    ),
    "unsent": (
        "9 unsent · 61.40 € · complete up to 4,182 · balances of 12:06 · prices of 11:28",
        "9 non envoyés · 61,40 € · complet jusqu’à 4 182 · soldes de 12 h 06 · prix de 11 h 28",
        "9 nicht gesendet · 61,40 € · vollständig bis 4.182 · Guthaben von 12:06 Uhr · Preise von 11:28 Uhr",
        "9 sin enviar · 61,40 € · completo hasta 4.182 · saldos de las 12:06 · precios de las 11:28",
    ),
    "who": (
        "Till 2 · Marie · 12:21",
        "Caisse 2 · Marie · 12 h 21",
        "Kasse 2 · Marie · 12:21",
        "Caja 2 · Marie · 12:21",
    ),
    "staff": (
        "Staff · Werk Nord",
        "Personnel · Werk Nord",
        "Mitarbeiterin · Werk Nord Betriebsgesellschaft",
        "Personal · Werk Nord",
    ),
    "balance": ("Balance", "Solde", "Guthaben", "Saldo"),
    "invite": (
        "Hold the badge to the reader, or begin with an item",
        "Présentez le badge au lecteur, ou commencez par un article",
        "Ausweis an das Lesegerät halten oder mit einem Artikel beginnen",
        "Acerque la tarjeta al lector o empiece con un artículo",
    ),
    "empty": ("No items yet", "Aucun article", "Noch keine Artikel", "Todavía no hay artículos"),
    "menu_a": (
        "Menu A: braised beef with red cabbage",
        "Menu A : bœuf braisé et chou rouge",
        "Menü A: Rinderschmorbraten mit Apfelrotkohl",
        "Menú A: estofado de ternera con lombarda",
    ),
    "coffee": ("Coffee", "Café", "Kaffee", "Café"),
    "salad": ("Salad bar", "Buffet de salades", "Salat vom Büfett", "Bufé de ensaladas"),
    "fee": ("Admission fee", "Droit d’admission", "Verpflegungszuschlag", "Cuota de acceso"),
    "share": ("Employer share", "Part de l’employeur", "Arbeitgeberzuschuss", "Parte de la empresa"),
    "discount": ("Discount 10 %", "Remise 10 %", "Nachlass 10 %", "Descuento 10 %"),
    "second": (
        "Second meal today: the first one was subsidised at 11:52 on till 1. Full price.",
        "Deuxième repas du jour : le premier a été subventionné à 11 h 52 à la caisse 1. Plein tarif.",
        "Zweites Essen heute: Das erste wurde um 11:52 Uhr an Kasse 1 bezuschusst. Voller Preis.",
        "Segunda comida de hoy: la primera se subvencionó a las 11:52 en la caja 1. Precio completo.",
    ),
    "paper": (
        "Receipt printer: no paper. Slips wait until there is a new roll.",
        "Imprimante : plus de papier. Les tickets attendent un nouveau rouleau.",
        "Bondrucker: kein Papier. Die Belege warten, bis eine neue Rolle eingelegt ist.",
        "Impresora: sin papel. Los recibos esperan hasta que haya un rollo nuevo.",
    ),
    "understood": ("Understood", "Compris", "Verstanden", "Entendido"),
    "top_up": ("Top up", "Recharger", "Guthaben aufladen", "Recargar saldo"),
    "vat": (
        "VAT 7 % 0.31 · 19 % 0.40",
        "TVA 5,5 % 0,31 · 20 % 0,40",
        "MwSt. 7 % 0,31 · 19 % 0,40",
        "IVA 10 % 0,31 · 21 % 0,40",
    ),
    "due": ("To pay", "À payer", "Zu zahlen", "A pagar"),
    "paid_card": ("Paid by card", "Payé par carte", "Mit Karte bezahlt", "Pagado con tarjeta"),
    "undo": ("Undo", "Annuler", "Rückgängig", "Deshacer"),
    "hold": ("Hold", "Mettre en attente", "Zurückstellen", "Aparcar"),
    "void": ("Void", "Abandonner", "Verwerfen", "Anular"),
    "more": ("One more", "Un de plus", "Noch eines", "Uno más"),
    "remove": ("Remove", "Retirer", "Entfernen", "Quitar"),
    "line_discount": ("Discount", "Remise", "Nachlass geben", "Descuento"),
    "price": ("Price", "Prix", "Preis ändern", "Cambiar precio"),
    "let_go": ("Back", "Retour", "Zurück", "Volver"),
    "search": (
        "Article, PLU, guest or scan",
        "Article, PLU, convive ou scan",
        "Artikel, PLU, Gast oder Strichcode",
        "Artículo, PLU, cliente o código",
    ),
    "soup": ("Soup of the day", "Soupe du jour", "Tagessuppe", "Sopa del día"),
    "k_a": ("Menu A", "Menu A", "Menü A", "Menú A"),
    "k_b": ("Menu B", "Menu B", "Menü B", "Menú B"),
    "vegan": ("Vegan bowl", "Assiette végétalienne", "Vegane Gemüsepfanne", "Plato vegano"),
    "fish": ("Fish", "Poisson", "Seelachsfilet", "Pescado"),
    "burger": ("Burger", "Hamburger", "Rindfleischburger", "Hamburguesa"),
    "fries": ("Fries", "Frites", "Pommes frites", "Patatas fritas"),
    "rice": ("Rice", "Riz", "Langkornreis", "Arroz"),
    "vegetables": ("Vegetables", "Légumes", "Gemüsebeilage", "Verduras"),
    "fruit": ("Fruit", "Fruit", "Obst der Saison", "Fruta"),
    "tart": ("Tart", "Tarte aux pommes", "Apfelstreuselkuchen", "Tarta de manzana"),
    "pudding": ("Pudding", "Crème dessert", "Schokoladenpudding", "Natillas"),
    "ice": ("Ice cream", "Glace", "Speiseeis", "Helado"),
    "water": ("Water", "Eau minérale", "Mineralwasser", "Agua mineral"),
    "juice": ("Juice", "Jus de fruits", "Apfelsaftschorle", "Zumo"),
    "tea": ("Tea", "Thé", "Kräutertee", "Infusión"),
    "weigh": ("weigh", "à peser", "nach Gewicht", "al peso"),
    "sold_out": ("sold out", "épuisé", "ausverkauft", "agotado"),
    "left": ("4 left", "reste 4", "noch 4", "quedan 4"),
    "page1": ("Lunch", "Déjeuner", "Mittagessen", "Almuerzo"),
    "page2": ("Drinks and sweets", "Boissons et desserts", "Getränke und Nachspeisen", "Bebidas y postres"),
    "page3": ("Breakfast", "Petit-déjeuner", "Frühstück", "Desayuno"),
    "account": ("Account", "Compte", "Kundenkonto", "Cuenta"),
    "card": ("Card", "Carte", "Karte", "Tarjeta"),
    "cash": ("Cash", "Espèces", "Bargeld", "Efectivo"),
    "exact": ("exact", "juste", "passend", "exacto"),
    "other": ("other", "autre", "anderer Betrag", "otro"),
    "last_slip": ("Last slip", "Dernier ticket", "Letzter Beleg", "Último recibo"),
    "functions": ("Functions", "Fonctions", "Funktionen", "Funciones"),
    "training": (
        "Training: nothing rung up here counts",
        "Formation : rien de ce qui est saisi ici ne compte",
        "Übungsbetrieb: Nichts, was hier eingegeben wird, zählt",
        "Formación: nada de lo que se registra aquí cuenta",
    ),
    "paid": ("Paid", "Payé", "Bezahlt", "Pagado"),
    "change": ("Change", "À rendre", "Rückgeld", "Cambio"),
    "given": ("Given", "Reçu", "Gegeben", "Entregado"),
    "total": ("Total", "Total", "Gesamtbetrag", "Total"),
    "new_balance": ("New balance", "Nouveau solde", "Neues Guthaben", "Saldo nuevo"),
    "amount_title": ("Cash given", "Espèces reçues", "Gegebener Betrag", "Efectivo recibido"),
    "amount_hint": (
        "To pay 7.30 €. Type what was handed over.",
        "À payer 7,30 €. Saisissez la somme remise.",
        "Zu zahlen 7,30 €. Geben Sie ein, was Sie erhalten haben.",
        "A pagar 7,30 €. Teclee lo que le han entregado.",
    ),
    "amount_problem": (
        "That is less than what is to be paid.",
        "C’est moins que la somme à payer.",
        "Das ist weniger als der zu zahlende Betrag.",
        "Es menos de lo que hay que pagar.",
    ),
    "take": ("Take", "Encaisser", "Annehmen", "Aceptar"),
    "cancel": ("Cancel", "Annuler", "Abbrechen", "Cancelar"),
    "find": (
        "Find a guest or an article",
        "Chercher un convive ou un article",
        "Gast oder Artikel suchen",
        "Buscar cliente o artículo",
    ),
    "find_hint": (
        "The badge was forgotten: choose the guest after looking at the photo.",
        "Badge oublié : choisissez le convive après avoir regardé la photo.",
        "Ausweis vergessen: Wählen Sie den Gast, nachdem Sie das Foto verglichen haben.",
        "Tarjeta olvidada: elija al cliente después de mirar la foto.",
    ),
    "nobody": ("Nobody of that name", "Personne de ce nom", "Niemand mit diesem Namen", "Nadie con ese nombre"),
    "functions_title": ("Functions", "Fonctions de caisse", "Funktionen der Kasse", "Funciones de la caja"),
    "no_sale": ("Open the drawer", "Ouvrir le tiroir", "Kassenschublade öffnen", "Abrir el cajón"),
    "no_sale_d": ("supervisor's badge", "badge du responsable", "Badge der Leitung", "tarjeta de responsable"),
    "refund": ("Refund a ticket", "Rembourser un ticket", "Beleg erstatten", "Reembolsar un recibo"),
    "drop": ("Cash drop", "Prélèvement", "Geld abschöpfen", "Retirada de efectivo"),
    "x_report": ("X report", "Rapport X", "X-Bericht (Zwischenstand)", "Informe X"),
    "z_report": ("Z report and closing", "Rapport Z et clôture", "Z-Bericht und Tagesabschluss", "Informe Z y cierre"),
    "shift_end": (
        "Count and close the shift",
        "Compter et clore le service",
        "Schicht zählen und beenden",
        "Contar y cerrar el turno",
    ),
    "train": ("Training mode", "Mode formation", "Übungsbetrieb einschalten", "Modo formación"),
    "sign_out": ("Change cashier", "Changer de caissier", "Kassiererwechsel", "Cambiar de cajero"),
    "report": ("X report · shift 3", "Rapport X · service 3", "X-Bericht · Schicht 3", "Informe X · turno 3"),
    "turnover": ("Turnover", "Chiffre d’affaires", "Umsatz", "Ventas"),
    "lunch_staff": (
        "Lunch · staff · account",
        "Déjeuner · personnel · compte",
        "Mittagessen · Beschäftigte · Konto",
        "Almuerzo · personal · cuenta",
    ),
    "lunch_guest": (
        "Lunch · guests · cash",
        "Déjeuner · invités · espèces",
        "Mittagessen · Gäste · Bargeld",
        "Almuerzo · invitados · efectivo",
    ),
    "shares": ("Owed by Werk Nord", "Dû par Werk Nord", "Forderung an Werk Nord", "Debe Werk Nord"),
    "top_ups": ("Top-ups in cash", "Recharges en espèces", "Aufladungen in bar", "Recargas en efectivo"),
    "drawer": ("Should be in the drawer", "Attendu dans le tiroir", "Soll in der Schublade", "Debe haber en el cajón"),
    "print": ("Print", "Imprimer", "Drucken", "Imprimir"),
    "close": ("Close", "Fermer", "Schließen", "Cerrar"),
    "count": ("Count the drawer", "Compter le tiroir", "Schublade zählen", "Contar el cajón"),
    "count_hint": (
        "Touch a coin or note, then type how many there are.",
        "Touchez une pièce ou un billet, puis tapez combien il y en a.",
        "Berühren Sie eine Münze oder einen Schein, und geben Sie die Anzahl ein.",
        "Toque una moneda o un billete y teclee cuántos hay.",
    ),
    "counted": ("Counted", "Compté", "Gezählt", "Contado"),
    "count_done": ("Close the shift", "Clore le service", "Schicht beenden", "Cerrar el turno"),
    "who_title": ("Who is at the till?", "Qui est en caisse ?", "Wer ist an der Kasse?", "¿Quién está en la caja?"),
    "who_hint": (
        "Hold your badge to the reader, or choose your name and type your PIN.",
        "Présentez votre badge au lecteur, ou choisissez votre nom et tapez votre code.",
        "Halten Sie Ihren Ausweis an das Lesegerät, oder wählen Sie Ihren Namen und geben Sie Ihre PIN ein.",
        "Acerque su tarjeta al lector o elija su nombre y teclee su PIN.",
    ),
    "cashiers": ("Cashiers", "Caissiers", "Kassiererinnen und Kassierer", "Cajeros"),
    "pin": ("PIN of Marie", "Code de Marie", "PIN von Marie", "PIN de Marie"),
    "sign_in": ("Sign in", "Ouvrir", "Anmelden", "Entrar"),
    "locked": (
        "The PIN was wrong five times. Try again in 30 s, or use your badge.",
        "Le code était faux cinq fois. Réessayez dans 30 s, ou utilisez votre badge.",
        "Die PIN war fünfmal falsch. Versuchen Sie es in 30 s noch einmal, oder nehmen Sie Ihren Ausweis.",
        "El PIN fue incorrecto cinco veces. Inténtelo de nuevo en 30 s o use su tarjeta.",
    ),
    "set_menu": (
        "Set menu: soup, main, drink",
        "Menu : soupe, plat, boisson",
        "Menü: Suppe, Hauptgericht, Getränk",
        "Menú: sopa, plato, bebida",
    ),
    "saved": ("saves 0.80", "économie 0,80", "spart 0,80", "ahorra 0,80"),
}


class Words:
    """The texts of one language."""

    def __init__(self, language: str) -> None:
        self.code = language
        self._index = ORDER.index(language)

    def __getitem__(self, key: str) -> str:
        return _TEXTS[key][self._index]

    def money(self, text: str) -> str:
        """`text` with a point, as the language writes it."""
        text = text.replace("-", "−")
        return text if self.code == "en" else text.replace(".", ",")


def _languages(language: str) -> tuple[v.LanguageChoice, ...]:
    return tuple(v.LanguageChoice(code, name, code == language) for code, name in zip(ORDER, NAMES, strict=True))


def till_gallery(language: str, photo: str = "") -> dict[str, v.View]:
    """Every state of the till by name; `photo` is the path of a guest's picture or empty."""
    w = Words(language)
    base = _till(w, photo)
    views = {
        "till": base,
        "till-start": replace(base, ticket=_start(w), weight="", tenders=_tenders(w, False), cash=_cash(w, False)),
        "till-local": replace(base, status=_local(w), ticket=_second_meal(w, photo), panel=_keys(w, sold_out=True)),
        "till-training": replace(base, training=w["training"], ticket=_many_lines(w)),
        "till-line": replace(base, ticket=_chosen(w, photo)),
        "till-paid": replace(base, ticket=_start(w), paid=_paid(w), weight="", tenders=_tenders(w, False)),
        "till-slip-qr": replace(
            base, ticket=_start(w), paid=replace(_paid(w), qr="https://canteen.example/r/T2/1/4191/8c1f0a2b3d4e")
        ),
        "till-pad": replace(base, panel=_pad(w)),
        "till-pages": replace(base, panel=_many_keys(w), footer=_footer(w, 4)),
        "till-search": replace(base, panel=_found(w), search_text="mül"),
        "till-functions": replace(base, panel=_functions(w)),
        "till-report": replace(base, panel=_report(w)),
        "till-count": replace(base, panel=_count(w), ticket=_start(w)),
        "sign-in": _sign_in(w),
        "sign-in-pin": replace(_sign_in(w), panel=_pin(w), problem=w["locked"]),
    }
    made = {name: v.View(one, _languages(language), v.StatusLine("", v.Tone.NEUTRAL)) for name, one in views.items()}
    made["till-high-contrast"] = replace(made["till-local"], high_contrast=True)
    made["till-line-high-contrast"] = replace(made["till-line"], high_contrast=True)
    return made


def _connected(w: Words) -> t.TillStatus:
    return t.TillStatus(w["connected"], w["sent"], w["who"], v.Tone.GOOD, "check")


def _local(w: Words) -> t.TillStatus:
    return t.TillStatus(w["local"], w["unsent"], w["who"], v.Tone.ATTENTION, "cloud_off")


def _guest(w: Words, photo: str) -> t.TillGuest:
    return t.TillGuest("TB", photo, "Thomas Berger", w["staff"], w["balance"], w.money("18.20"))


def _line(w: Words, index: int | None, quantity: str, key: str, amount: str, **more: object) -> t.TillLine:
    return t.TillLine(index, quantity, w[key], str(more.pop("detail", "")), w.money(amount), **more)  # type: ignore[arg-type]


def _actions(w: Words, live: bool = True) -> tuple[t.Action, ...]:
    return (
        t.Action(w["undo"], do.Undo() if live else None, "undo_2"),
        t.Action(w["hold"], do.Hold() if live else None, "pause"),
        t.Action(w["void"], do.ClearBasket() if live else None, "x"),
    )


def _start(w: Words) -> t.TicketPanel:
    return t.TicketPanel(None, w["invite"], (), w["empty"], (), "", (), w["due"], w.money("0.00"), _actions(w, False))


def _ticket(w: Words, photo: str) -> t.TicketPanel:
    lines = (
        _line(w, 0, "1", "menu_a", "4.80"),
        _line(w, 1, "1", "coffee", "1.30"),
        _line(w, None, "", "fee", "1.20"),
        _line(w, None, "", "share", "-2.50", tone=v.Tone.GOOD),
    )
    return t.TicketPanel(
        _guest(w, photo), "", lines, w["empty"], (), w["vat"], (), w["due"], w.money("4.80"), _actions(w)
    )


def _second_meal(w: Words, photo: str) -> t.TicketPanel:
    ticket = _ticket(w, photo)
    strips = (
        t.Strip(w["second"], v.Tone.ATTENTION, "circle_alert"),
        t.Strip(
            w["paper"],
            v.Tone.REFUSED,
            "printer",
            (
                t.Action(w["understood"], do.DismissStrip()),
                t.Action(w["top_up"], do.OpenFunction("top_up"), "hand_coins"),
            ),
        ),
    )
    return replace(ticket, lines=ticket.lines[:3], strips=strips, due=w.money("7.30"))


def _many_lines(w: Words) -> t.TicketPanel:
    keys = ("soup", "fries", "vegetables", "tart", "pudding", "burger", "water", "juice", "menu_a")
    lines = tuple(_line(w, place, str(place + 1), key, "12.40") for place, key in enumerate(keys))
    menu = _line(w, None, "", "set_menu", "-0.80", detail=w["saved"], tone=v.Tone.GOOD, indented=True)
    paid = (v.AmountRow(w["paid_card"], w.money("20.00")),)
    return t.TicketPanel(None, "", (*lines, menu), "", (), w["vat"], paid, w["due"], w.money("1234.80"), _actions(w))


def _chosen(w: Words, photo: str) -> t.TicketPanel:
    ticket = _ticket(w, photo)
    lines = (
        replace(ticket.lines[0], chosen=True, detail=f"{w['discount']} {w.money('-0.48')}"),
        *ticket.lines[1:],
    )
    actions = (
        t.Action(w["more"], do.OneMore(), "plus"),
        t.Action(w["remove"], do.RemoveLine(), "trash_2", tone=v.Tone.REFUSED),
        t.Action(w["let_go"], do.ChooseLine(0), "arrow_left"),
        t.Action(w["line_discount"], do.OpenFunction("line_discount"), "badge_percent"),
        t.Action(w["price"], None, "tag"),
    )
    return replace(ticket, lines=lines, actions=actions)


_KEYS = (
    ("soup", "1.20", "sides"),
    ("k_a", "4.80", "mains"),
    ("k_b", "5.40", "mains"),
    ("vegan", "4.20", "mains"),
    ("fish", "5.80", "mains"),
    ("burger", "6.10", "mains"),
    ("fries", "1.60", "sides"),
    ("rice", "0.90", "sides"),
    ("vegetables", "1.10", "sides"),
    ("salad", "", "weight"),
    ("fruit", "0.80", "sweets"),
    ("tart", "1.50", "sweets"),
    ("pudding", "0.90", "sweets"),
    ("ice", "1.80", "sweets"),
    ("water", "0.70", "drinks"),
    ("juice", "1.20", "drinks"),
    ("coffee", "1.30", "drinks"),
    ("tea", "1.00", "drinks"),
)


def _keys(w: Words, columns: int = 4, rows: int = 5, sold_out: bool = False) -> t.KeysPanel:
    caps = []
    for place, (key, price, tint) in enumerate(_KEYS):
        detail = w.money(price) if price else w["weigh"]
        row, column = divmod(place, columns)
        gone = sold_out and key == "fish"
        mark = w["sold_out"] if gone else w["left"] if key == "burger" else ""
        intent = None if gone else do.QuickAdd(key)
        caps.append(t.QuickKeyCap(row, column, w[key], detail, tint, intent, mark))
    return t.KeysPanel(columns, rows, tuple(caps), ())


def _many_keys(w: Words) -> t.KeysPanel:
    panel = _keys(w, 6, 7)
    more = tuple(
        replace(cap, row=cap.row + 3, label=f"{cap.label.split()[0]} XL", intent=do.QuickAdd(f"more-{cap.label}"))
        for cap in panel.keys
    )
    pages = tuple(t.Action(w[f"page{page}"], do.ShowPage(page), chosen=page == 1) for page in (1, 2, 3))
    return replace(panel, keys=panel.keys + more, pages=pages)


def _tenders(w: Words, live: bool = True) -> tuple[t.Action, ...]:
    return (
        t.Action(w["account"], do.PayByAccount() if live else None, "nfc", chosen=live),
        t.Action(w["card"], do.PayByCard() if live else None, "credit_card"),
    )


def _cash(w: Words, live: bool = True) -> tuple[t.Action, ...]:
    given = [(w["exact"], None), ("5", 500), ("10", 1000), ("20", 2000), ("50", 5000)]
    keys = [t.Action(label, do.CashGiven(amount) if live else None) for label, amount in given]
    return (*keys, t.Action(w["other"], do.OpenFunction("cash") if live else None))


def _footer(w: Words, count: int = 2) -> tuple[t.Action, ...]:
    keys = (
        t.Action(w["functions"], do.OpenFunction("functions"), "ellipsis"),
        t.Action(w["last_slip"], do.LastSlip(), "receipt_text"),
        t.Action(w["sign_out"], do.OpenFunction("sign_out"), "users"),
        t.Action(w["no_sale"], None, "inbox"),
    )
    return keys[:count]


def _till(w: Words, photo: str) -> t.TillScreen:
    return t.TillScreen(
        status=_connected(w),
        ticket=_ticket(w, photo),
        search_hint=w["search"],
        search_text="",
        weight="0.342 kg" if w.code == "en" else "0,342 kg",
        panel=_keys(w),
        tenders=_tenders(w),
        cash_label=w["cash"],
        cash=_cash(w),
        footer=_footer(w),
    )


def _paid(w: Words) -> t.PaidCard:
    rows = (
        v.AmountRow(w["change"], w.money("12.70 €"), strong=True),
        v.AmountRow(w["total"], w.money("7.30 €")),
        v.AmountRow(w["given"], w.money("20.00 €")),
        v.AmountRow(w["new_balance"], w.money("18.20 €")),
    )
    return t.PaidCard(w["paid"], rows, v.Tone.GOOD)


def _pad(w: Words) -> t.PadPanel:
    return t.PadPanel(
        w["amount_title"],
        w["amount_hint"],
        w.money("7.00"),
        w["amount_problem"],
        t.Action(w["take"], None),
        t.Action(w["cancel"], do.ClosePanel()),
        decimal=True,
    )


def _found(w: Words) -> t.ListPanel:
    names = ("Müller, Katharina", "Müller, Jonas-Maximilian", "Müller-Lüdenscheidt, Annegret", "Müllerová, Jana")
    rows = [t.Action(name, do.ChooseGuest(name), "user", w["staff"]) for name in names]
    rows.append(t.Action(w["menu_a"], do.QuickAdd("menu_a"), "utensils", w.money("4.80")))
    cancel, confirm = t.Action(w["cancel"], do.ClosePanel()), t.Action(w["take"], do.PadDone(), tone=v.Tone.GOOD)
    return t.ListPanel(
        w["find"], w["find_hint"], tuple(rows), w["nobody"], cancel, typing=True, columns=2, confirm=confirm
    )


def _functions(w: Words) -> t.ListPanel:
    icons = {
        "top_up": "hand_coins",
        "no_sale": "inbox",
        "refund": "undo_2",
        "drop": "banknote",
        "x_report": "file_text",
        "z_report": "lock",
        "shift_end": "calculator",
        "train": "graduation_cap",
        "sign_out": "users",
        "last_slip": "receipt_text",
    }
    rows = tuple(
        t.Action(
            w[key], None if key == "refund" else do.OpenFunction(key), icon, w["no_sale_d"] if key == "no_sale" else ""
        )
        for key, icon in icons.items()
    )
    return t.ListPanel(w["functions_title"], "", rows, "", t.Action(w["close"], do.ClosePanel()), columns=4)


def _report(w: Words) -> t.ReportPanel:
    rows = [v.AmountRow(w["turnover"], w.money("1284.30"), strong=True)]
    for place in range(6):
        rows += [
            v.AmountRow(w["lunch_staff"], w.money(f"{412 + place}.80")),
            v.AmountRow(w["lunch_guest"], w.money(f"{96 + place}.40")),
        ]
    rows += [
        v.AmountRow(w["shares"], w.money("318.00"), strong=True),
        v.AmountRow(w["top_ups"], w.money("240.00")),
        v.AmountRow(w["drawer"], w.money("1103.45"), strong=True),
    ]
    close = t.Action(w["close"], do.ClosePanel(), "check", tone=v.Tone.GOOD)
    actions = (t.Action(w["print"], do.OpenFunction("print"), "printer"), close)
    return t.ReportPanel(w["report"], tuple(rows), actions)


def _count(w: Words) -> t.CountPanel:
    values = (50000, 20000, 10000, 5000, 2000, 1000, 500, 200, 100, 50, 20, 10, 5, 2, 1)
    rows = tuple(
        t.CountRow(
            value,
            w.money(f"{value / 100:.2f} €"),
            "12" if value < 5000 else "",
            w.money(f"{value * 12 / 100:.2f}") if value < 5000 else "",
        )
        for value in values
    )
    return t.CountPanel(
        w["count"],
        w["count_hint"],
        rows,
        2000,
        w["counted"],
        w.money("1103.40 €"),
        t.Action(w["count_done"], do.PadDone()),
        t.Action(w["cancel"], do.ClosePanel()),
    )


def _sign_in(w: Words) -> t.SignInScreen:
    names = ("Marie Lefèvre", "Jonas Oberhauser", "Ana-Sofía Hernández García", "Ayşe Yıldırım", "Piotr Wiśniewski")
    rows = tuple(t.Action(name, do.ChooseCashier(name), "user") for name in names)
    panel = t.ListPanel(w["cashiers"], "", rows, "", None)
    return t.SignInScreen(replace(_connected(w), who=w["who"]), w["who_title"], w["who_hint"], panel)


def _pin(w: Words) -> t.PadPanel:
    return t.PadPanel(
        w["pin"], "", "••••", "", t.Action(w["sign_in"], do.PadDone()), t.Action(w["cancel"], do.ClosePanel())
    )
