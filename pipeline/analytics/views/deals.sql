-- One row for each deal that an article states, joined to its article; text is the sentence at start and end, and names are as the
-- article's text gives them: the id where only the title names the firm or the system.
SELECT
    article_id, published_at, published_date, source, title, url, language, story_id, deal.kind, deal.start, deal."end",
    substr(body, deal.start + 1, deal."end" - deal.start) AS text, deal.buyer_iso3,
    coalesce(list_filter(countries, lambda c: c.iso3 = deal.buyer_iso3)[1].name, deal.buyer_iso3) AS buyer,
    deal.supplier_id, coalesce(list_filter(mentions, lambda m: m.entity_id = nullif(deal.supplier_id, ''))[1].name, deal.supplier_id) AS supplier,
    deal.platform_id, coalesce(list_filter(mentions, lambda m: m.entity_id = nullif(deal.platform_id, ''))[1].name, deal.platform_id) AS platform,
    deal.quantity, deal.amount, deal.currency
FROM (
    SELECT
        article_id, published_at, published_date, source, title, url, language, story_id, text AS body, countries, mentions,
        unnest(deals) AS deal
    FROM files.articles
)
