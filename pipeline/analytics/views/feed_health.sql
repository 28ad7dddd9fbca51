-- What each feed did at its last poll and in its last 30 days.
WITH latest AS (
    SELECT * FROM files.polls
    QUALIFY row_number() OVER (PARTITION BY feed_url ORDER BY polled_at DESC) = 1
),
lately AS (
    SELECT
        p.feed_url, count(*) AS polls, count(*) FILTER (p.outcome = 'error') AS failed_polls, sum(p.new) AS new_entries,
        max(p.polled_at) FILTER (p.outcome <> 'error') AS last_good_poll_at, median(p.poll_ms) AS median_poll_ms
    FROM files.polls AS p
    JOIN latest USING (feed_url)
    WHERE p.polled_at > latest.polled_at - INTERVAL 30 DAY
    GROUP BY p.feed_url
),
written AS (
    SELECT feed_url, count(DISTINCT article_id) AS articles, max(seen_at) AS last_article_seen_at
    FROM files.sightings WHERE outcome = 'article' GROUP BY feed_url
),
failed AS (
    SELECT feed_url, count(*) AS rejects, mode(reason) AS usual_reject
    FROM files.rejects GROUP BY feed_url
)
SELECT
    latest.feed_url, feed_title, latest.polled_at AS last_poll_at, latest.outcome AS last_outcome, latest.status AS last_status,
    latest.reason AS last_reason, latest.error AS last_error, latest.problem AS last_problem, latest.failures, latest.retired,
    lately.last_good_poll_at, latest.next_poll_at, latest.interval_s, latest.newest_entry_at, latest.entries_per_day,
    lately.polls AS polls_30d, lately.failed_polls AS failed_polls_30d, lately.new_entries AS new_entries_30d,
    lately.median_poll_ms AS median_poll_ms_30d,
    coalesce(articles, 0) AS articles, last_article_seen_at, coalesce(rejects, 0) AS rejects, usual_reject
FROM latest
JOIN lately USING (feed_url)
LEFT JOIN written USING (feed_url)
LEFT JOIN failed USING (feed_url)
