"""Pages for people, in a browser: Seller Central, the buyer's Your Orders, Amazon's panel, and those for developers.

A page knows no rule. It reads projections, sends commands through the door of the control API (`door.py`), and shows
what comes of them. Everything works by links and forms; with JavaScript some of it comes as fragments.

How a page is added
-------------------

1.  A folder `console/NAME/` with `views.py`, `forms.py` where it has forms, and `templates/NAME/*.html`. In `views.py`
    a blueprint, `pages = Blueprint("NAME", __name__, template_folder="templates")`, with its views. Import nothing of
    it anywhere but in `app.py`, which lists the blueprints in `PAGES`: pages are imported once the first is asked for.
    A path that begins otherwise than those in `paths.py` has to be entered there.
2.  A view asks `current.world()` (the chosen seller's world, in which all that was due has happened) and
    `current.call("operationId", path={...}, query={...})`: any operation of the control API as its document has it,
    checked against it, for the chosen seller; it answers the JSON. What else it reads are projections and views of the
    core (`core/views`). It answers `rendering.render("NAME/x.html", ...)`.
3.  A command is a form that posts: `current.call("takeAction", path={...}, body={...})`, then
    `return rendering.done("What was done.", back=url_for(...))`: post, redirect, get. What is refused is an
    `ApiError`: leave it, and the frame tells its code and sentence on a page and offers the way back; or catch it and
    render your form again with `problem=error` and `status=error.status`, which `macros.problem(problem)` shows.
    The text of `done` is told on the next page; give it the `receipt` of the command, too, to have it unfolded there.
    What may take long is called by `long_work.carry_out("What is done", "operationId", finish, body={...})`: done soon,
    it answers as `done`; else there is a page that says how far it is. `finish` makes of the answer what is told.
4.  A form of an order has `{{ macros.hidden(order=order) }}` in it: the CSRF token, and the order as it was shown. The
    view that takes it begins with `current.check_unmoved(order_id)`, which raises an ApiError with what has happened
    since. Other forms have `{{ macros.hidden() }}`. What an act would bring is tried by `current.try_out(command)`, on
    a copy of the world.
5.  A template extends `frame/base.html` and fills `title`, `heading` (one h1) and `content`. `frame/macros.html` has
    what pages share (instants, money, badges, tables in their own box, empty states); import it where you use it with
    `{% import "frame/macros.html" as macros %}`, inside of the block if a fragment is rendered of it alone. A fragment
    is a block: an element with `id="order-list"` whose insides are the block `order_list` is what htmx gets when it
    asks with `hx-target="#order-list"` and the view has `render(..., blocks=("order_list",))`.
6.  No inline script or style, no handler in an attribute: the Content-Security-Policy has them refused. What a
    stylesheet or script needs lies in `static/`, by behaviour and not by page (`data-copy`, `data-submit-on-change`).
7.  Navigation stands in `frame/navigation.py`. A page names its own entry by `{% set here = "Manage Orders" %}` on top.
8.  Tests mirror the folders in `tests/console/`. `Browser` of `tests/console/browsing.py` is a browser without
    JavaScript in process (get, press a button of a form, follow), fast enough for every case. What needs a real one
    stands in `tests/console/browser/`, with the fixtures `page` and `seller` there. A page that is in
    `tests/console/all_pages.py` is looked at by axe, in every width and theme, and has its screenshots taken by
    `python -m tests.console.screenshots FOLDER`.
"""
