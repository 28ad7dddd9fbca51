-- What each feed did at its last poll, and in the 30 days before the newest poll of all.
WITH latest AS (
    SELECT feed_url, max(polled_at) AS last_poll_at FROM files.polls GROUP BY feed_url
),
lately AS (
    SELECT
        feed_url, count(*) AS polls, count(*) FILTER (outcome = 'error') AS failed_polls, sum(new)::BIGINT AS new_entries,
        max(polled_at) FILTER (outcome <> 'error') AS last_good_poll_at, median(poll_ms) AS median_poll_ms,
        coalesce(max_by(feed_title, polled_at) FILTER (feed_title <> ''), '') AS title
    FROM files.polls_lately WHERE polled_at > (SELECT max(polled_at) FROM files.polls_lately) - INTERVAL 30 DAY
    GROUP BY feed_url
),
written AS (
    SELECT feed_url, count(*) AS articles, max(fetched_at) AS last_article_at
    FROM (SELECT unnest(feed_urls) AS feed_url, fetched_at FROM files.articles)
    GROUP BY feed_url
),
failed AS (
    SELECT feed_url, count(*) AS rejects, mode(reason) AS usual_reject FROM files.rejects GROUP BY feed_url
)
SELECT
    latest.feed_url, coalesce(nullif(p.feed_title, ''), title, '') AS feed_title, last_poll_at, p.outcome AS last_outcome, p.status AS last_status, p.reason AS last_reason,
    p.error AS last_error, p.problem AS last_problem, p.failures, p.retired, last_good_poll_at, p.next_poll_at, p.interval_s,
    p.newest_entry_at, p.entries_per_day, coalesce(polls, 0) AS polls_30d, coalesce(failed_polls, 0) AS failed_polls_30d,
    coalesce(new_entries, 0) AS new_entries_30d,
    median_poll_ms AS median_poll_ms_30d, coalesce(articles, 0) AS articles, last_article_at, coalesce(rejects, 0) AS rejects,
    coalesce(usual_reject, '') AS usual_reject
FROM latest
JOIN files.polls AS p ON p.feed_url = latest.feed_url AND p.polled_at = last_poll_at
LEFT JOIN lately ON lately.feed_url = latest.feed_url
LEFT JOIN written ON written.feed_url = latest.feed_url
LEFT JOIN failed ON failed.feed_url = latest.feed_url
