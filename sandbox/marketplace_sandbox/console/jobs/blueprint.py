"""The blueprint of both pages."""

from flask import Blueprint

pages = Blueprint("jobs", __name__, template_folder="templates", url_prefix="/seller")
