"""The blueprint of what the frame itself answers, beneath `/console`."""

from flask import Blueprint

pages = Blueprint("frame", __name__, template_folder="templates")
