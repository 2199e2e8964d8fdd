"""The MWS dialect: signed query calls dispatched by `Action`, answered in XML. Not a web app."""
