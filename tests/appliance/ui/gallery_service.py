"""Views of the pick-up, the preparation and the pass-through screen, in four languages with long texts."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from appliance.flows import intents as do
from appliance.i18n import Translators
from appliance.presenters import views as v
from appliance.presenters.scene import DeviceNow, Facts, Technical, WhyLocal
from appliance.presenters.technician import TechnicianMoment, technician_view
from appliance.presenters.views_pass import PassScreen
from appliance.presenters.views_pickup import KitchenScreen, OrderCard, PickupScreen, PortionCell
from appliance.presenters.views_till import Action
from hal.health import Health, Reason, State
from mqtt_bridge.local_socket import Proof
from tests.appliance.ui.gallery_till import NAMES, ORDER

_TEXTS: dict[str, tuple[str, str, str, str]] = {
    "preparing": ("Being prepared", "En préparation", "In Zubereitung", "En preparación"),
    "ready": ("Ready", "Prêt à retirer", "Zur Abholung bereit", "Listo"),
    "show": (
        "Please show your slip or badge.",
        "Présentez votre ticket ou votre badge.",
        "Bitte zeigen Sie Ihren Beleg oder Ausweis.",
        "Muestre su recibo o su tarjeta.",
    ),
    "behind": (
        "No connection to head office: numbers may be up to 4 minutes late.",
        "Pas de liaison avec le siège : les numéros peuvent avoir 4 minutes de retard.",
        "Keine Verbindung zur Zentrale: Nummern können bis zu 4 Minuten später erscheinen.",
        "Sin conexión con la central: los números pueden tener hasta 4 minutos de retraso.",
    ),
    "kitchen": (
        "Kitchen · Mensa am Park",
        "Cuisine · Mensa am Park",
        "Küche · Mensa am Park",
        "Cocina · Mensa am Park",
    ),
    "portions": ("Portions left", "Portions restantes", "Übrige Portionen", "Raciones restantes"),
    "no_orders": (
        "Nothing to prepare. New orders appear here by themselves.",
        "Rien à préparer. Les nouvelles commandes s’affichent ici.",
        "Nichts zuzubereiten. Neue Bestellungen erscheinen hier von selbst.",
        "Nada que preparar. Los pedidos nuevos aparecen aquí solos.",
    ),
    "min": ("6 min", "6 min", "6 Min.", "6 min"),
    "late": ("14 min", "14 min", "14 Min.", "14 min"),
    "eat_in": ("Eat here", "Sur place", "Hier essen", "Comer aquí"),
    "take_away": ("Take away", "À emporter", "Zum Mitnehmen", "Para llevar"),
    "is_ready": ("Ready", "Prêt", "Fertig", "Listo"),
    "collected": ("Collected", "Retiré", "Abgeholt", "Recogido"),
    "burger": (
        "1 Beef burger, no onion, extra cheese",
        "1 Hamburger, sans oignon, supplément fromage",
        "1 Rindfleischburger, ohne Zwiebel, mit zusätzlichem Käse",
        "1 Hamburguesa, sin cebolla, con extra de queso",
    ),
    "wok": ("2 Wok vegetables", "2 Légumes au wok", "2 Wokgemüse mit Räuchertofu", "2 Verduras al wok"),
    "fish": ("1 Pollock fillet", "1 Filet de lieu", "1 Seelachsfilet in Kartoffelkruste", "1 Filete de abadejo"),
    "n_burger": ("Beef burger", "Hamburger de bœuf", "Rindfleischburger mit Pommes frites", "Hamburguesa de ternera"),
    "n_wok": ("Wok vegetables", "Légumes au wok", "Wokgemüse mit Räuchertofu", "Verduras al wok"),
    "n_fish": ("Pollock fillet", "Filet de lieu", "Seelachsfilet in Kartoffelkruste", "Filete de abadejo"),
    "mark_out": ("Sold out", "Épuisé", "Ausverkauft", "Agotado"),
    "mark_in": (
        "On sale again",
        "De nouveau en vente",
        "Wieder im Verkauf",
        "A la venta de nuevo",
    ),
    "out": ("sold out", "épuisé", "ausverkauft", "agotado"),
    "lunch": ("Lunch until 14:00", "Déjeuner jusqu’à 14 h", "Mittagessen bis 14:00 Uhr", "Almuerzo hasta las 14:00"),
    "hold": (
        "Hold your badge to the reader",
        "Présentez votre badge",
        "Ausweis an das Lesegerät halten",
        "Acerque su tarjeta al lector",
    ),
    "enjoy": ("Enjoy your meal", "Bon appétit", "Guten Appetit", "Buen provecho"),
    "meal": ("Meal of the day", "Repas du jour", "Tagesessen", "Menú del día"),
    "stop": (
        "Please see the staff",
        "Adressez-vous au personnel",
        "Bitte beim Personal melden",
        "Consulte al personal",
    ),
    "already": (
        "You have already had a meal at this lunch, at 11:52 on pass-through 1.",
        "Vous avez déjà pris un repas à ce déjeuner, à 11 h 52 au passage 1.",
        "Sie haben bei diesem Mittagessen bereits um 11:52 Uhr an Durchgang 1 gegessen.",
        "Ya ha tomado una comida en este almuerzo, a las 11:52 en el paso 1.",
    ),
    "class": (
        "Class 7b · Lessing School",
        "Classe 7b · École Lessing",
        "Klasse 7b · Lessing-Gesamtschule",
        "Clase 7b · Escuela Lessing",
    ),
    "served": ("83 meals served", "83 repas servis", "83 Essen ausgegeben", "83 comidas servidas"),
}


def service_gallery(language: str, photo: str = "") -> dict[str, v.View]:
    """Every state of the three screens by name; `photo` is the path of a guest's picture or empty."""
    index = ORDER.index(language)
    w = {key: texts[index] for key, texts in _TEXTS.items()}
    languages = tuple(v.LanguageChoice(code, name, code == language) for code, name in zip(ORDER, NAMES, strict=True))
    pickup = PickupScreen(
        w["preparing"], ("41", "42", "43", "44", "45", "46"), w["ready"], ("37", "38", "39", "40"), "12:21", w["show"]
    )
    numbers = tuple(str(number) for number in range(101, 160))
    kitchen = _kitchen(w)
    waiting = PassScreen("Mensa am Park", w["lunch"], v.Tone.NEUTRAL, "nfc", w["hold"], "", "", "", "", "", w["served"])
    good = replace(
        waiting,
        tone=v.Tone.GOOD,
        icon="circle_check",
        title=w["enjoy"],
        reason=w["meal"],
        photo=photo,
        initials="AK",
        name="Anna-Katharina Oberländer",
        detail=w["class"],
    )
    refused = replace(good, tone=v.Tone.REFUSED, icon="octagon_x", title=w["stop"], reason=w["already"])
    screens: dict[str, v.ScreenView] = {
        "pickup": pickup,
        "pickup-many": replace(
            pickup, preparing=numbers[:34], ready=numbers[34:], notice=w["behind"], tone=v.Tone.ATTENTION
        ),
        "pickup-full": replace(pickup, preparing=numbers * 2, ready=numbers),
        "pickup-empty": replace(pickup, preparing=(), ready=("37",)),
        "kitchen": kitchen,
        "kitchen-empty": replace(kitchen, preparing=(), ready=(), notice=w["behind"], tone=v.Tone.ATTENTION),
        "pass-waiting": waiting,
        "pass-good": good,
        "pass-refused": refused,
        "pass-local": replace(good, notice=w["behind"]),
    }
    views = {
        "technician": _technician(language, local=True),
        "technician-connected": _technician(language, local=False),
    }
    views |= {name: v.View(one, languages, v.StatusLine("", v.Tone.NEUTRAL)) for name, one in screens.items()}
    for name in ("pickup", "kitchen", "technician", "pass-good", "pass-refused"):
        views[f"{name}-high-contrast"] = replace(views[name], high_contrast=True)
    return views


def _technician(language: str, *, local: bool) -> v.View:
    """Everything that can be said, in the catalogues' own words."""
    at = datetime(2026, 11, 20, 11, 28, tzinfo=UTC)
    facts = Facts(unsent=9, unsent_minor=6140, balances_of=at, upto=4182)
    devices = (
        DeviceNow("badge", "badge_reader", Health(State.READY)),
        DeviceNow("scanner", "barcode_scanner", Health(State.CONNECTING)),
        DeviceNow("printer", "receipt_printer", Health(State.ATTENTION, Reason.PAPER_NEAR_END)),
        DeviceNow("kitchen", "kitchen_printer", Health(State.OFFLINE, Reason.UNPLUGGED)),
        DeviceNow("drawer", "cash_drawer", Health(State.OFFLINE, Reason.DRIVER_ERROR)),
        DeviceNow("display", "customer_display", Health(State.READY)),
    )
    proof = Proof("Zentrale der Studierendenwerke Nord", 1234567, at.isoformat(), "service_end")
    known = Technical(
        facts=facts,
        why=WhyLocal.NO_BRIDGE if local else None,
        since=at,
        last_answer_s=0.012,
        oldest_unsent_at=at if local else None,
        unsent_entries=9 if local else 0,
        head_seq=4191,
        quarantined=2,
        proof=proof,
        skew_s=-86_400,
        revision=128,
        prices_of=at,
        disk_used_percent=81,
        devices=devices,
    )
    tr = Translators()(language)
    return technician_view(TechnicianMoment(tr, known, "till-2", "EUR", at + timedelta(days=1), ZoneInfo("UTC")))


def _kitchen(w: dict[str, str]) -> KitchenScreen:
    def order(number: int, lines: tuple[str, ...], state: str, late: bool = False) -> OrderCard:
        label, icon = (w["is_ready"], "check") if state == "ready" else (w["collected"], "hand")
        step = do.ChangeOrderState("T1", 1, number, state)
        back = do.ChangeOrderState("T1", 1, number, "open")
        return OrderCard(
            str(number),
            w["late"] if late else w["min"],
            w["take_away"] if number % 2 else w["eat_in"],
            tuple(w[line] for line in lines),
            Action(label, step, icon),
            Action("", back, "undo_2") if state == "collected" else None,
            v.Tone.ATTENTION if late else v.Tone.NEUTRAL,
        )

    preparing = (
        order(141, ("burger", "fish"), "ready", late=True),
        order(142, ("wok",), "ready"),
        order(143, ("fish", "burger", "wok"), "ready"),
        order(144, ("wok", "fish"), "ready"),
        order(145, ("burger",), "ready"),
        order(146, ("fish",), "ready"),
        order(147, ("burger", "wok"), "ready"),
    )
    ready = tuple(order(number, ("fish",), "collected") for number in (137, 138, 139, 140))
    portions = (
        PortionCell(w["n_burger"], "23", Action(w["mark_out"], do.ToggleSoldOut("burger"), "package_x")),
        PortionCell(w["n_wok"], "4", Action(w["mark_out"], do.ToggleSoldOut("wok"), "package_x"), v.Tone.ATTENTION),
        PortionCell(w["n_fish"], w["out"], Action(w["mark_in"], do.ToggleSoldOut("fish"), "undo_2"), v.Tone.REFUSED),
    )
    return KitchenScreen(
        w["kitchen"], "12:21", w["preparing"], preparing, w["ready"], ready, w["portions"], portions * 3, w["no_orders"]
    )
