-- Publishers with several sites: the registered domain of a site and the house that it belongs to.
SELECT * FROM (VALUES
    ('bbc.com', 'bbc'), ('bbc.co.uk', 'bbc'),
    ('theguardian.com', 'guardian'), ('guardian.co.uk', 'guardian'),
    ('defensenews.com', 'sightline-media'), ('militarytimes.com', 'sightline-media'), ('armytimes.com', 'sightline-media'), ('navytimes.com', 'sightline-media'), ('airforcetimes.com', 'sightline-media'), ('marinecorpstimes.com', 'sightline-media'), ('c4isrnet.com', 'sightline-media'), ('federaltimes.com', 'sightline-media'),
    ('defenseone.com', 'govexec'), ('govexec.com', 'govexec'), ('nextgov.com', 'govexec'), ('route-fifty.com', 'govexec'), ('washingtontechnology.com', 'govexec'),
    ('rferl.org', 'rferl'), ('svoboda.org', 'rferl'), ('radiosvoboda.org', 'rferl'), ('currenttime.tv', 'rferl'), ('azattyq.org', 'rferl'),
    ('tass.com', 'tass'), ('tass.ru', 'tass'),
    ('ria.ru', 'rossiya-segodnya'), ('sputniknews.com', 'rossiya-segodnya'), ('sputnikglobe.com', 'rossiya-segodnya'),
    ('interfax.ru', 'interfax'), ('interfax.com', 'interfax'),
    ('news.com.au', 'news-corp-australia'), ('theaustralian.com.au', 'news-corp-australia'),
    ('nikkei.com', 'nikkei'), ('ft.com', 'nikkei'),
    ('lemonde.fr', 'le-monde'), ('courrierinternational.com', 'le-monde'),
    ('spiegel.de', 'spiegel'), ('manager-magazin.de', 'spiegel')
) AS t(domain, family)
