-- Grows the organisation fill.tenant by fill.events events over 24 months, as the product would have written them.
-- A fifth of the events are conversations, two fifths signals, the rest consents, reads and check-ins.

CREATE FUNCTION pg_temp.tenant() RETURNS uuid LANGUAGE sql STABLE AS $$ SELECT current_setting('fill.tenant')::uuid $$;
CREATE FUNCTION pg_temp.events() RETURNS bigint LANGUAGE sql STABLE AS $$ SELECT current_setting('fill.events')::bigint $$;
CREATE FUNCTION pg_temp.shard() RETURNS smallint LANGUAGE sql STABLE AS $$ SELECT current_setting('fill.shard')::smallint $$;

-- The id of the n-th thing of a kind: in the order of making, as a UUIDv7 is.
CREATE FUNCTION pg_temp.id(kind int, n bigint) RETURNS uuid LANGUAGE sql IMMUTABLE AS $$
  SELECT ('01' || lpad(to_hex(kind), 2, '0') || lpad(to_hex(n), 8, '0') || '7' || substr(h, 1, 3) || '8' || substr(h, 4, 15))::uuid
  FROM md5(kind || '/' || n) AS h
$$;
CREATE FUNCTION pg_temp.moment(n bigint, most bigint) RETURNS timestamptz LANGUAGE sql STABLE AS $$
  SELECT timestamptz '2024-12-01 00:00Z' + interval '1 second' * (63071900 * n / greatest(most, 1))
$$;

INSERT INTO team (tenant_id, id, name) SELECT pg_temp.tenant(), pg_temp.id(1, n), 'Team ' || n FROM generate_series(0, 9) AS n;

INSERT INTO person (tenant_id, id, display_name, team_id, status)
SELECT pg_temp.tenant(), pg_temp.id(2, n), 'Agent ' || n, pg_temp.id(1, n / 10), 'active' FROM generate_series(0, 99) AS n;

INSERT INTO customer (tenant_id, id, external_source, external_id, created_at, updated_at)
SELECT pg_temp.tenant(), pg_temp.id(3, n), 'crm', 'grown-' || n, pg_temp.moment(n, pg_temp.events() / 20),
       pg_temp.moment(n, pg_temp.events() / 20)
FROM generate_series(0, pg_temp.events() / 20 - 1) AS n;

INSERT INTO consent_state (tenant_id, customer_id, purpose, choice, record_id, since)
SELECT pg_temp.tenant(), pg_temp.id(3, n), purpose, 'granted', pg_temp.id(4, n), timestamptz '2024-12-01'
FROM generate_series(0, pg_temp.events() / 20 - 1) AS n, unnest(ARRAY['service_contact', 'insights']) AS purpose;

INSERT INTO interaction (tenant_id, id, external_source, external_id, customer_id, person_id, team_id, channel, started_at,
                         ended_at, handle_seconds, created_at, updated_at)
SELECT pg_temp.tenant(), pg_temp.id(5, n), 'crm', 'grown-' || n, pg_temp.id(3, n % (pg_temp.events() / 20)),
       pg_temp.id(2, n % 100), pg_temp.id(1, n % 100 / 10), 'chat', at - interval '10 minutes', at, 600, at, at
FROM generate_series(0, pg_temp.events() / 5 - 1) AS n, LATERAL pg_temp.moment(n, pg_temp.events() / 5) AS at;

INSERT INTO signal (tenant_id, id, customer_id, interaction_id, measure, moment, value, original_value, scale_min, scale_max,
                    tags, source, modality, observed_at, recorded_at)
SELECT pg_temp.tenant(), pg_temp.id(6, n), pg_temp.id(3, n / 2 % (pg_temp.events() / 20)), pg_temp.id(5, n / 2),
       'emotion_intensity', CASE n % 2 WHEN 0 THEN 'before' ELSE 'after' END, -0.5, 3, 1, 5, '{frustrated}', 'self_report',
       'stated', at, at
FROM generate_series(0, pg_temp.events() * 2 / 5 - 1) AS n, LATERAL pg_temp.moment(n, pg_temp.events() * 2 / 5) AS at;

CREATE TEMPORARY TABLE before AS
SELECT (SELECT max(pos) FROM event) AS pos, (SELECT seq FROM event_head WHERE shard = pg_temp.shard()) AS seq,
       (SELECT size FROM audit_head WHERE tenant_id = pg_temp.tenant()) AS size;

INSERT INTO event (tenant_id, event_id, kind, schema_version, outcome, target_kind, target_id, concerns, actor_kind, actor_id,
                   purpose, data, occurred_at, recorded_at)
SELECT pg_temp.tenant(), pg_temp.id(7, n),
       CASE WHEN n % 5 = 0 THEN 'interaction.recorded' WHEN n % 5 < 3 THEN 'signal.recorded'
            WHEN n % 10 = 3 THEN 'signals.read' WHEN n % 10 = 8 THEN 'check_in.opened' WHEN n % 20 = 4 THEN 'consent.granted'
            ELSE 'escalation.opened' END,
       1, 'done', CASE WHEN n % 5 = 0 THEN 'interaction' WHEN n % 5 < 3 THEN 'signal' ELSE 'customer' END,
       pg_temp.id(6, n), pg_temp.id(3, n / 5 % (pg_temp.events() / 20)), 'person', pg_temp.id(2, n % 100),
       CASE WHEN n % 10 = 3 THEN 'service_contact' END, '{"count": 3}', at, at
FROM generate_series(0, pg_temp.events() - 1) AS n, LATERAL pg_temp.moment(n, pg_temp.events()) AS at ORDER BY n;

INSERT INTO event_order (shard, seq, tenant_id, pos)
SELECT pg_temp.shard(), before.seq + row_number() OVER (ORDER BY e.pos), e.tenant_id, e.pos
FROM event e, before WHERE e.pos > before.pos;

INSERT INTO audit_entry (tenant_id, generation, seq, event_id, action, schema_version, outcome, target_kind, target_id, version,
                         concerns, actor_kind, actor_id, purpose, request_id, data, occurred_at, recorded_at, leaf_hash)
SELECT e.tenant_id, 1, before.size - 1 + row_number() OVER (ORDER BY e.pos), e.event_id, e.kind, e.schema_version, e.outcome,
       e.target_kind, e.target_id, e.version, e.concerns, e.actor_kind, e.actor_id, e.purpose, e.request_id, e.data,
       e.occurred_at, e.recorded_at, sha256(e.event_id::text::bytea)
FROM event e, before WHERE e.pos > before.pos;

UPDATE audit_head SET size = size + pg_temp.events(), as_of = timestamptz '2026-12-01' WHERE tenant_id = pg_temp.tenant();
UPDATE event_head SET seq = seq + pg_temp.events() WHERE shard = pg_temp.shard();
UPDATE projection_cursor SET seq = seq + pg_temp.events() WHERE shard = pg_temp.shard();

INSERT INTO team_dashboard (tenant_id, generation, team_id, month, interactions, handle_seconds, intensity_sum,
                            intensity_count, recovery_sum, recovery_count)
SELECT tenant_id, 1, team_id, date_trunc('month', ended_at AT TIME ZONE 'UTC')::date, count(*), sum(handle_seconds),
       3 * count(*), count(*), 0, count(*)
FROM interaction WHERE tenant_id = pg_temp.tenant() AND external_id LIKE 'grown-%' GROUP BY 1, 3, 4;

INSERT INTO team_dashboard_contributor (tenant_id, generation, team_id, month, contributor_kind, contributor_id, records,
                                        intensity_records, recovery_records)
SELECT i.tenant_id, 1, i.team_id, date_trunc('month', i.ended_at AT TIME ZONE 'UTC')::date, who.kind, who.id, count(*),
       count(*), count(*)
FROM interaction i, LATERAL (VALUES ('person', i.person_id), ('customer', i.customer_id)) AS who (kind, id)
WHERE i.tenant_id = pg_temp.tenant() AND i.external_id LIKE 'grown-%' GROUP BY 1, 3, 4, 5, 6;

CREATE TEMPORARY TABLE filled AS
SELECT pg_temp.id(1, 3)::text AS team, pg_temp.id(3, pg_temp.events() / 40)::text AS customer,
       to_char(pg_temp.moment(9, 10) AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"') AS late,
       '2026-03-14T00:00:00Z'::text AS first_day, '2026-03-21T00:00:00Z'::text AS day_after;
