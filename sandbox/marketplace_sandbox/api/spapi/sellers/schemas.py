"""Sellers v1: marketplaces and how a seller stands in them, and the seller's account."""

from collections.abc import Mapping

from marshmallow import fields

from marketplace_sandbox.api.shared.fields import Wire

LANGUAGES: Mapping[str, str] = {
    "US": "en_US", "CA": "en_CA", "MX": "es_MX", "BR": "pt_BR", "GB": "en_GB", "DE": "de_DE", "FR": "fr_FR",
    "IT": "it_IT", "ES": "es_ES", "NL": "nl_NL", "BE": "fr_BE", "SE": "sv_SE", "PL": "pl_PL", "IE": "en_IE",
    "TR": "tr_TR", "AE": "en_AE", "SA": "ar_SA", "EG": "ar_EG", "IN": "en_IN", "ZA": "en_ZA", "JP": "ja_JP",
    "AU": "en_AU", "SG": "en_SG",
}  # fmt: skip
"""The language of each country's store front."""


class MarketplaceSchema(Wire):
    """A marketplace."""

    marketplace_id = fields.String(data_key="id")
    country = fields.String(data_key="countryCode")
    sales_channel = fields.String(data_key="name")
    currency = fields.String(data_key="defaultCurrencyCode")
    language = fields.Function(lambda place: LANGUAGES[place.country], data_key="defaultLanguageCode")
    domain = fields.Function(lambda place: f"www.{place.domain.lower()}", data_key="domainName")


class StandingSchema(Wire):
    """How a seller stands in a marketplace."""

    participating = fields.Boolean(data_key="isParticipating", dump_default=True)
    suspended = fields.Boolean(data_key="hasSuspendedListings", dump_default=False)


class ParticipationSchema(Wire):
    """A marketplace a seller takes part in."""

    marketplace = fields.Nested(MarketplaceSchema)
    participation = fields.Nested(StandingSchema)
    store = fields.String(data_key="storeName")


class AddressSchema(Wire):
    """Where a business is registered, or a contact lives."""

    line1 = fields.String(data_key="addressLine1")
    city = fields.String()
    state = fields.String(data_key="stateOrProvinceCode")
    postal_code = fields.String(data_key="postalCode")
    country = fields.String(data_key="countryCode")


class BusinessSchema(Wire):
    """The business of a seller."""

    name = fields.String()
    address = fields.Nested(AddressSchema, data_key="registeredBusinessAddress")
    registration_number = fields.String(data_key="companyRegistrationNumber")
    tax_number = fields.String(data_key="companyTaxIdentificationNumber")
    non_latin_name = fields.String(data_key="nonLatinName")


class ContactSchema(Wire):
    """Whom the platform writes to."""

    name = fields.String()
    address = fields.Nested(AddressSchema)
    non_latin_name = fields.String(data_key="nonLatinName")


class AccountSchema(Wire):
    """The seller's account, without its marketplaces."""

    business_type = fields.String(data_key="businessType")
    selling_plan = fields.String(data_key="sellingPlan")
    business = fields.Nested(BusinessSchema)
    contact = fields.Nested(ContactSchema, data_key="primaryContact")
