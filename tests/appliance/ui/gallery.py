"""Views as a flow would make them, in four languages, to look at the screens without a terminal behind them."""

from __future__ import annotations

from dataclasses import replace

from appliance.presenters import views as v

LANGUAGES = {"en": "English", "fr": "Français", "de": "Deutsch", "es": "Español"}
_ORDER = ("en", "fr", "de", "es")

_TEXTS: dict[str, tuple[str, str, str, str]] = {
    "lunch": ("Lunch until 14:00", "Déjeuner jusqu’à 14 h 00", "Mittagessen bis 14:00 Uhr", "Almuerzo hasta las 14:00"),
    "question": (
        "What would you like today?",
        "Qu’est-ce qui vous ferait plaisir\u00a0?",
        "Worauf haben Sie heute Appetit?",
        "¿Qué le apetece comer hoy?",
    ),
    "sentence": (
        "Hold your badge to the reader, or touch the screen to order as a guest.",
        "Présentez votre badge au lecteur, ou touchez l’écran pour commander en tant qu’invité.",
        "Halten Sie Ihren Ausweis an das Lesegerät, oder berühren Sie den Bildschirm, um als Gast zu bestellen.",
        "Acerque su tarjeta al lector o toque la pantalla para pedir como invitado.",
    ),
    "as_guest": ("Order as a guest", "Commander en invité", "Als Gast bestellen", "Pedir como invitado"),
    "badge_here": ("Badge here", "Badge ici", "Ausweis hier anhalten", "Tarjeta aquí"),
    "hello": ("Hello Anna", "Bonjour Anna", "Guten Tag, Anna", "Hola, Anna"),
    "student": (
        "Student · today’s subsidised meal is available",
        "Étudiante · repas subventionné du jour disponible",
        "Studentin · heute noch ein bezuschusstes Essen",
        "Estudiante · comida subvencionada de hoy disponible",
    ),
    "balance": ("Balance", "Solde", "Guthaben", "Saldo"),
    "invite": (
        "Hold your badge to the reader to pay from your account",
        "Présentez votre badge au lecteur pour payer avec votre compte",
        "Halten Sie Ihren Ausweis an das Lesegerät, um von Ihrem Konto zu bezahlen",
        "Acerque su tarjeta al lector para pagar con su cuenta",
    ),
    "mains": ("Mains", "Plats", "Hauptgerichte", "Platos principales"),
    "soups": ("Soups", "Soupes", "Suppen", "Sopas"),
    "salads": ("Salad bar", "Buffet de salades", "Salatbüfett", "Ensaladas"),
    "sides": ("Sides", "Accompagnements", "Beilagen", "Guarniciones"),
    "desserts": ("Desserts", "Desserts", "Nachspeisen", "Postres"),
    "drinks": ("Drinks", "Boissons", "Getränke", "Bebidas"),
    "spaghetti": (
        "Spaghetti with lentil bolognese",
        "Spaghetti à la bolognaise de lentilles",
        "Spaghetti mit Linsenbolognese und Wurzelgemüse",
        "Espaguetis con boloñesa de lentejas",
    ),
    "spaghetti_d": (
        "Carrots, celery, thyme",
        "Carottes, céleri, thym",
        "Karotten, Sellerie, Thymian",
        "Zanahoria, apio, tomillo",
    ),
    "chicken": (
        "Chicken leg from the oven",
        "Cuisse de poulet rôtie au four",
        "Hähnchenkeule aus dem Ofen mit Rosmarinjus",
        "Muslo de pollo al horno",
    ),
    "chicken_d": (
        "Paprika potatoes, yoghurt dip",
        "Pommes de terre au paprika, sauce au yaourt",
        "Paprikakartoffeln, Joghurtdip",
        "Patatas al pimentón, salsa de yogur",
    ),
    "curry": (
        "Chickpea and spinach curry",
        "Curry de pois chiches aux épinards",
        "Kichererbsen-Spinat-Curry mit Kokosmilch",
        "Curry de garbanzos y espinacas",
    ),
    "curry_d": (
        "Basmati rice, coriander",
        "Riz basmati, coriandre",
        "Basmatireis, Koriander",
        "Arroz basmati, cilantro",
    ),
    "fish": (
        "Pollock fillet in a crust",
        "Filet de lieu en croûte",
        "Seelachsfilet in Kartoffelkruste",
        "Filete de abadejo en costra",
    ),
    "fish_d": (
        "Remoulade, parsley potatoes",
        "Rémoulade, pommes de terre persillées",
        "Remoulade, Petersilienkartoffeln",
        "Remoulade, patatas al perejil",
    ),
    "salad": ("Salad bar", "Buffet de salades", "Salat vom Büfett", "Bufé de ensaladas"),
    "salad_d": ("You weigh it at the till", "À peser en caisse", "Wird an der Kasse gewogen", "Se pesa en la caja"),
    "burger": (
        "Beef burger with fries",
        "Hamburger de bœuf et frites",
        "Rindfleisch-Burger mit Pommes frites",
        "Hamburguesa de ternera con patatas fritas",
    ),
    "burger_d": (
        "Options: cheese, no onion",
        "Au choix\u00a0: fromage, sans oignon",
        "Wahlweise mit Käse, ohne Zwiebel",
        "Opciones: queso, sin cebolla",
    ),
    "pancakes": (
        "Kaiserschmarrn with plum compote",
        "Kaiserschmarrn et compote de prunes",
        "Kaiserschmarrn mit Zwetschgenröster und Puderzucker",
        "Kaiserschmarrn con compota de ciruelas",
    ),
    "house": ("Cook’s recommendation", "Suggestion du chef", "Empfehlung der Küche", "Recomendación de la cocina"),
    "house_d": (
        "Ask at the counter",
        "Renseignez-vous au comptoir",
        "Bitte an der Ausgabe fragen",
        "Pregunte en el mostrador",
    ),
    "vegan": ("vegan", "végan", "vegan", "vegano"),
    "vegetarian": ("vegetarian", "végétarien", "vegetarisch", "vegetariano"),
    "left": ("4 left", "Plus que 4", "Noch 4 Portionen", "Quedan 4"),
    "sold_out": ("Sold out", "Épuisé", "Ausverkauft", "Agotado"),
    "not_stated": ("not stated", "non indiqué", "nicht angegeben", "no indicado"),
    "tart": ("Apple tart", "Tarte aux pommes", "Apfelkuchen mit Streuseln", "Tarta de manzana"),
    "gravy": ("Extra cheese", "Supplément fromage", "Mit zusätzlichem Käse", "Con extra de queso"),
    "water": ("Mineral water 0.5 l", "Eau minérale 0,5 l", "Mineralwasser 0,5 l", "Agua mineral 0,5 l"),
    "empty": (
        "Your basket is empty. Touch + to add a dish.",
        "Votre panier est vide. Touchez + pour ajouter un plat.",
        "Ihr Korb ist noch leer. Mit + legen Sie ein Gericht hinein.",
        "Su cesta está vacía. Toque + para añadir un plato.",
    ),
    "pay": ("Pay", "Payer", "Bezahlen", "Pagar"),
    "eat_in": ("Eat here", "Sur place", "Hier essen", "Comer aquí"),
    "take_away": ("Take away", "À emporter", "Mitnehmen", "Para llevar"),
    "again": ("Start again", "Recommencer", "Neu beginnen", "Empezar de nuevo"),
    "age": ("Prices of 11:28", "Prix de 11 h 28", "Preise von 11:28 Uhr", "Precios de las 11:28"),
    "check": ("Your order", "Votre commande", "Ihre Bestellung", "Su pedido"),
    "total": ("Total", "Total", "Gesamtbetrag", "Total"),
    "vat": ("includes VAT 7 %", "dont TVA 7 %", "enthaltene Mehrwertsteuer 7 %", "IVA 7 % incluido"),
    "after": ("Balance afterwards", "Solde après paiement", "Guthaben danach", "Saldo después"),
    "confirm": ("Pay 11.40 €", "Payer 11,40 €", "11,40 € bezahlen", "Pagar 11,40 €"),
    "back": ("Back", "Retour", "Zurück", "Volver"),
    "problem": (
        "Your balance is 3.20 €. 8.20 € are missing. Top up at the till, or remove something from the basket.",
        "Votre solde est de 3,20 €. Il manque 8,20 €. Rechargez à la caisse ou retirez un article du panier.",
        "Ihr Guthaben beträgt 3,20 €. Es fehlen 8,20 €. Laden Sie an der Kasse auf, oder nehmen Sie etwas aus dem Korb.",
        "Su saldo es de 3,20 €. Faltan 8,20 €. Recargue en la caja o retire algo de la cesta.",
    ),
    "thanks": (
        "Thank you. Enjoy your meal!",
        "Merci et bon appétit\u00a0!",
        "Vielen Dank und guten Appetit!",
        "¡Gracias y buen provecho!",
    ),
    "pickup": ("Your number", "Votre numéro", "Ihre Abholnummer", "Su número"),
    "paid": ("Paid from your account", "Payé avec votre compte", "Von Ihrem Konto bezahlt", "Pagado con su cuenta"),
    "slip": (
        "Your slip is being printed",
        "Votre ticket s’imprime",
        "Ihr Beleg wird gedruckt",
        "Se está imprimiendo su recibo",
    ),
    "finish": ("Done", "Terminer", "Fertig", "Terminar"),
    "closed": ("Closed at the moment", "Fermé pour le moment", "Zurzeit geschlossen", "Cerrado en este momento"),
    "reason": (
        "There is no menu on this terminal yet.",
        "Il n’y a pas encore de menu sur cette borne.",
        "Auf diesem Terminal ist noch kein Speiseplan vorhanden.",
        "Todavía no hay menú en este terminal.",
    ),
    "advice": (
        "Person in charge: publish the menu at head office and check that the bridge is connected.",
        "Responsable\u00a0: publiez le menu au siège et vérifiez que la passerelle est connectée.",
        "Für das Personal: Veröffentlichen Sie den Speiseplan in der Zentrale, und prüfen Sie, ob die Brücke verbunden ist.",
        "Responsable: publique el menú en la central y compruebe que el puente está conectado.",
    ),
    "unknown": (
        "We do not know this badge",
        "Ce badge est inconnu",
        "Diesen Ausweis kennen wir nicht",
        "No conocemos esta tarjeta",
    ),
    "unknown_text": (
        "Please ask at the till. You can order as a guest in the meantime; your basket is kept.",
        "Adressez-vous à la caisse. En attendant, vous pouvez commander en invité\u00a0; votre panier est conservé.",
        "Bitte wenden Sie sich an die Kasse. Sie können inzwischen als Gast bestellen; Ihr Korb bleibt erhalten.",
        "Pregunte en la caja. Mientras tanto puede pedir como invitado; su cesta se conserva.",
    ),
    "ok": ("Understood", "Compris", "Verstanden", "Entendido"),
    "there": ("Are you still there?", "Êtes-vous toujours là\u00a0?", "Sind Sie noch da?", "¿Sigue ahí?"),
    "there_text": (
        "Your order will be dropped so that nobody else sees it.",
        "Votre commande sera effacée pour que personne d’autre ne la voie.",
        "Ihre Bestellung wird sonst verworfen, damit niemand anderes sie sieht.",
        "Su pedido se borrará para que nadie más lo vea.",
    ),
    "go_on": ("Go on ordering", "Continuer la commande", "Weiter bestellen", "Seguir con el pedido"),
    "allergens": ("Allergens", "Allergènes", "Allergene", "Alérgenos"),
    "allergens_text": (
        "Contains gluten, milk, mustard, sesame and eggs.",
        "Contient du gluten, du lait, de la moutarde, du sésame et des œufs.",
        "Enthält glutenhaltiges Getreide, Milch, Senf, Sesamsamen und Eier.",
        "Contiene gluten, leche, mostaza, sésamo y huevos.",
    ),
    "notes": (
        "With antioxidant and preservative (nitrite curing salt).",
        "Avec antioxydant et conservateur (sel nitrité).",
        "Mit Antioxidationsmittel und Konservierungsstoff (Nitritpökelsalz).",
        "Con antioxidante y conservante (sal nitrificante).",
    ),
    "side_choice": ("Side dish", "Accompagnement", "Beilage zur Auswahl", "Guarnición"),
    "one": ("choose one", "un au choix", "bitte eine wählen", "elija una"),
    "extras": ("Extras", "Suppléments", "Zusätzlich", "Extras"),
    "upto": ("up to 2", "jusqu’à 2", "bis zu 2", "hasta 2"),
    "fries": ("French fries", "Frites", "Pommes frites", "Patatas fritas"),
    "sweet": ("Sweet potato fries", "Frites de patate douce", "Süßkartoffel-Pommes", "Patatas de boniato"),
    "green": ("Small green salad", "Petite salade verte", "Kleiner grüner Salat", "Ensalada verde pequeña"),
    "cheese": ("Cheddar", "Cheddar", "Cheddar-Käse", "Queso cheddar"),
    "bacon": ("Crispy bacon", "Bacon croustillant", "Knuspriger Speck", "Beicon crujiente"),
    "add": ("Add for 7.60 €", "Ajouter pour 7,60 €", "Für 7,60 € in den Korb", "Añadir por 7,60 €"),
    "close": ("Close", "Fermer", "Schließen", "Cerrar"),
    "offline": (
        "Not connected: 3 sales wait to be sent",
        "Hors ligne\u00a0: 3 ventes en attente d’envoi",
        "Keine Verbindung: 3 Verkäufe warten auf die Übertragung",
        "Sin conexión: 3 ventas pendientes de envío",
    ),
    "nothing": (
        "Nothing is on sale here today.",
        "Rien n’est en vente ici aujourd’hui.",
        "Hier gibt es heute nichts zu kaufen.",
        "Hoy no hay nada a la venta aquí.",
    ),
}


class _Words:
    def __init__(self, language: str) -> None:
        self._index = _ORDER.index(language)
        self._comma = language != "en"

    def __getitem__(self, key: str) -> str:
        return _TEXTS[key][self._index]

    def money(self, text: str, symbol: bool = True) -> str:
        number = text.replace(".", ",") if self._comma else text
        return f"{number}\u00a0€" if symbol else number


def gallery(language: str) -> dict[str, v.View]:
    """Every screen by name, with texts in `language` (en, fr, de or es)."""
    t = _Words(language)
    header = v.Header("Mensa am Park", t["lunch"])
    languages = tuple(v.LanguageChoice(code, name, code == language) for code, name in LANGUAGES.items())
    quiet = v.StatusLine("", v.Tone.NEUTRAL)
    guest = v.GuestBanner("AK", t["hello"], t["student"], t["balance"], t.money("23.40"))
    services = (
        v.ServiceChoice("eat_in", t["eat_in"], "utensils", True),
        v.ServiceChoice("take_away", t["take_away"], "shopping_bag", False),
    )
    lines = (
        v.BasketLine(0, "2", t["spaghetti"], "", t.money("7.90")),
        v.BasketLine(1, "1", t["tart"], t["gravy"], t.money("2.00")),
        v.BasketLine(2, "1", t["water"], "", t.money("1.50")),
    )
    empty = v.BasketPanel((), t["empty"], t["pay"], t.money("0.00"), False, services, t["again"], t["age"])
    full = replace(empty, lines=lines, total=t.money("11.40"), can_pay=True)
    order = v.OrderScreen(header, None, t["invite"], _categories(t), _tiles(t), "", empty)
    rows = (
        v.AmountRow(t["vat"], t.money("0.75")),
        v.AmountRow(t["total"], t.money("11.40"), strong=True),
    )
    checkout = v.CheckoutScreen(
        header, t["check"], guest, lines, rows, services, "", "", t["confirm"], t["back"], t["age"]
    )
    done = v.DoneScreen(
        header,
        t["thanks"],
        t["pickup"],
        "37",
        (v.AmountRow(t["paid"], t.money("11.40")), v.AmountRow(t["after"], t.money("12.00"))),
        t["slip"],
        v.Tone.GOOD,
        t["finish"],
    )

    def view(screen: v.ScreenView) -> v.View:
        return v.View(screen, languages, quiet)

    attract = view(
        v.AttractScreen(header, t["question"], t["sentence"], t["as_guest"], t["badge_here"], _ATTRACT_PICTURES)
    )
    ordering = view(replace(order, guest=guest, badge_invitation="", basket=full))
    poor = replace(guest, balance=t.money("3.20"))
    return {
        "attract": attract,
        "order-guest": replace(view(order), status=v.StatusLine(t["offline"], v.Tone.ATTENTION)),
        "order": ordering,
        "order-high-contrast": replace(ordering, high_contrast=True),
        "order-nothing": view(replace(order, categories=(), tiles=(), nothing_on_sale=t["nothing"])),
        "article": replace(ordering, sheet=_sheet(t)),
        "checkout": view(checkout),
        "checkout-badge": view(replace(checkout, guest=None, badge_invitation=t["invite"], confirm_label="")),
        "checkout-problem": view(replace(checkout, guest=poor, problem=t["problem"], confirm_label="")),
        "done": view(done),
        "closed": view(v.ClosedScreen(header, t["closed"], t["reason"], t["advice"])),
        "notice": replace(ordering, notice=v.Notice(t["unknown"], t["unknown_text"], v.Tone.ATTENTION, t["ok"])),
        "timeout": replace(ordering, timeout=v.TimeoutWarning(t["there"], t["there_text"], 12, t["go_on"], t["again"])),
    }


_ATTRACT_PICTURES = (
    "pot_of_food",
    "green_salad",
    "spaghetti",
    "steaming_bowl",
    "red_apple",
    "fish",
    "croissant",
    "tropical_drink",
    "custard",
)


def _categories(t: _Words) -> tuple[v.CategoryChip, ...]:
    names = ("mains", "soups", "salads", "sides", "desserts", "drinks")
    return tuple(v.CategoryChip(name, t[name], name == "mains") for name in names)


def _codes(text: str) -> tuple[v.Chip, ...]:
    return tuple(v.Chip(code) for code in text.split())


def _tiles(t: _Words) -> tuple[v.Tile, ...]:
    vegan = v.Chip(t["vegan"], v.Tone.GOOD, "leaf")
    vegetarian = v.Chip(t["vegetarian"], v.Tone.GOOD, "sprout")
    few = v.Chip(t["left"], v.Tone.ATTENTION)
    gone = v.Chip(t["sold_out"], v.Tone.ATTENTION)

    def tile(
        name: str, badges: tuple[v.Chip, ...], codes: tuple[v.Chip, ...], price: str, picture: str, *, sold: bool = True
    ) -> v.Tile:
        detail = t[f"{name}_d"] if f"{name}_d" in _TEXTS else ""
        return v.Tile(name, t[name], detail, badges, codes, price, picture, "mains", sold, can_add=sold)

    return (
        tile("spaghetti", (vegan,), _codes("GL CE"), t.money("3.95"), "spaghetti"),
        tile("chicken", (), _codes("MI"), t.money("5.40"), "poultry_leg"),
        tile("curry", (vegan,), _codes("SE"), t.money("4.20"), "curry_rice"),
        tile("fish", (few,), _codes("FI EG GL MI MU SE SU CE SO LU"), t.money("5.80"), "fish"),
        tile("salad", (vegetarian,), (v.Chip(t["not_stated"]),), f"{t.money('0.99')} / 100 g", "green_salad"),
        tile("burger", (gone,), _codes("GL MI MU"), t.money("6.10"), "hamburger", sold=False),
        tile("pancakes", (vegetarian, few), _codes("GL MI EG"), t.money("4.60"), "pancakes"),
        tile("house", (), (v.Chip(t["not_stated"]),), t.money("12.90"), ""),
    )


def _sheet(t: _Words) -> v.ArticleSheet:
    def option(group: str, key: str, price: str, chosen: bool) -> v.OptionRow:
        return v.OptionRow(group, key, t[key], f"+\u00a0{t.money(price)}" if price else "", chosen, group == "side")

    return v.ArticleSheet(
        name=t["burger"],
        detail=t["burger_d"],
        badges=(v.Chip(t["left"], v.Tone.ATTENTION),),
        picture="hamburger",
        allergens_title=t["allergens"],
        allergens_text=t["allergens_text"],
        notes=t["notes"],
        sections=(
            v.OptionSection(
                t["side_choice"],
                t["one"],
                (
                    option("side", "fries", "", True),
                    option("side", "sweet", "0.80", False),
                    option("side", "green", "", False),
                ),
            ),
            v.OptionSection(
                t["extras"],
                t["upto"],
                (option("extra", "cheese", "0.70", True), option("extra", "bacon", "0.80", True)),
            ),
        ),
        quantity="1",
        can_decrease=False,
        add_label=t["add"],
        can_add=True,
        close_label=t["close"],
    )
