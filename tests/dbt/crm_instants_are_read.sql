{#- Why: the same moment comes as ISO with an offset, without one, as seconds or milliseconds, and a bare date must
    never pass for midnight. Each case below was seen in a real export or is the edge of one. -#}
{%- set cases = [
    ('2025-08-24T18:26:13+02:00', 'UTC', '2025-08-24 16:26:13', false),
    ('2025-08-24T18:26:13.000+0000', 'UTC', '2025-08-24 18:26:13', false),
    ('2025-08-24T18:26:13.000-0530', 'UTC', '2025-08-24 23:56:13', false),
    ('2025-08-24T18:26:13Z', 'Europe/Berlin', '2025-08-24 18:26:13', false),
    ('2025-08-24t18:26z', 'Europe/Berlin', '2025-08-24 18:26:00', false),
    ('2025-08-24 18:26:13 +02:00', 'UTC', '2025-08-24 16:26:13', false),
    ('2025-08-24 18:26:13,250', 'UTC', '2025-08-24 18:26:13.25', false),
    ('2025-08-24 18:26:13 UTC', 'Europe/Berlin', '2025-08-24 18:26:13', false),
    ('2025-08-24 18:26:13', 'UTC', '2025-08-24 18:26:13', false),
    ('2025-08-24 18:26:13', 'Europe/Berlin', '2025-08-24 16:26:13', false),
    ('2025-08-24T18:26', 'America/New_York', '2025-08-24 22:26:00', false),
    ('2025-03-30 02:30:00', 'Europe/Berlin', '2025-03-30 01:30:00', false),
    ('2025-01-24 18:26:13', 'Europe/Berlin', '2025-01-24 17:26:13', false),
    ('1756060573', 'Europe/Berlin', '2025-08-24 18:36:13', false),
    ('1756060573000', 'Europe/Berlin', '2025-08-24 18:36:13', false),
    ('1756060573250', 'UTC', '2025-08-24 18:36:13.25', false),
    ('1756060573.0', 'UTC', '2025-08-24 18:36:13', false),
    ('2025-08-24', 'UTC', '2025-08-24 00:00:00', true),
    ('2025-08-24', 'America/New_York', '2025-08-24 00:00:00', true),
    ('20250824', 'UTC', '2025-08-24 00:00:00', true),
    ('1969-12-31', 'UTC', '1969-12-31 00:00:00', true),
    ('2025-02-30', 'UTC', none, true),
    ('24/08/2025 18:26', 'UTC', none, false),
    ('99999999999999999999', 'UTC', none, false),
    ('soon', 'Europe/Berlin', none, true),
] %}

with read_back as (

    {%- for text, zone, expected, is_day in cases %}
    {%- set literal = "'" ~ text ~ "'" %}
    select
        {{ literal }} as text,
        '{{ zone }}' as zone,
        {{ instant_from_text(literal, zone) }} as found,
        {{ day_from_text(literal, false) }} as found_is_day,
        cast({{ "'" ~ expected ~ "'" if expected else 'null' }} as {{ dbt.type_timestamp() }}) as expected,
        {{ is_day | string | lower }} as expected_is_day
    {{- '\n    union all' if not loop.last }}
    {%- endfor %}

)

select *
from read_back
where
    found is distinct from expected
    or (expected is not null and found_is_day != expected_is_day)
