{#- What may lie ahead of as_of, by the table that holds it. -#}
{%- set instants = {
    'int_crm__leads': [
        'created_at', 'lifecycle_stage_at', 'mql_at', 'accepted_at', 'assigned_at', 'converted_at', 'deleted_at', 'merged_at',
        'updated_at',
    ],
    'int_crm__lead_changes': ['changed_at'],
    'int_crm__activities': ['happened_at', 'created_at', 'due_at', 'starts_at'],
    'int_crm__campaign_members': ['created_at'],
    'int_crm__form_submissions': ['submitted_at'],
    'int_crm__stage_dates': ['entered_at'],
} -%}
{%- set owners_of = {
    'int_crm__leads': ['owner_id', 'created_by'],
    'int_crm__lead_changes': ['old_value', 'new_value', 'changed_by'],
    'int_crm__activities': ['owner_id', 'created_by'],
} -%}
with

fingerprints as (

    select * from {{ ref('int_lead_fingerprints') }}

),

fingerprints_before as (

    select * from {{ kept('int_lead_fingerprints') }}

),

leads as (

    select * from {{ ref('int_crm__leads') }}

),

opportunity_leads as (

    select * from {{ ref('int_crm__opportunity_leads') }}

),

opportunities as (

    select * from {{ ref('int_crm__opportunities') }}

),

crm_merges as (

    select * from {{ ref('int_crm__merges') }}

),

merges as (

    select * from {{ ref('int_lead_merges') }}

),

merges_before as (

    select * from {{ kept('int_lead_merges') }}

),

activities_before as (

    select * from {{ still('int_lead_activities') }}

),

owners as (

    select * from {{ ref('int_changed_owners') }}

),

elements as (

    select * from {{ ref('int_source_elements') }}

),

elements_before as (

    select * from {{ kept('int_source_elements') }}

),

horizons as (

    select * from {{ ref('int_field_history_horizons') }}

),

horizons_before as (

    select * from {{ kept('int_field_history_horizons') }}

),

response_dates as (

    select * from {{ ref('int_response_dates') }}

),

response_dates_before as (

    select * from {{ kept('int_response_dates') }}

),

clock as (

    select * from {{ ref('int_clock') }}

),

clock_before as (

    select * from {{ kept('int_clock') }}

),

-- A date stands at the start of its day somewhere: hence a day and two hours more.
passed_time as (

    select
        {{ add_seconds('clock_before.as_of', '-93600') }} as begins_at,
        {{ add_seconds('clock.as_of', '93600') }} as ends_at,
        clock.as_of < clock_before.as_of as goes_back
    from clock
    cross join clock_before

),

told_otherwise as (

    select
        coalesce(fingerprints.source_system, fingerprints_before.source_system) as source_system,
        coalesce(fingerprints.lead_id, fingerprints_before.lead_id) as lead_id
    from fingerprints
    full outer join fingerprints_before
        on
            fingerprints.source_system = fingerprints_before.source_system
            and fingerprints.lead_id = fingerprints_before.lead_id
    where
        fingerprints.lead_id is null
        or fingerprints_before.lead_id is null
        or fingerprints.crm_rows != fingerprints_before.crm_rows
        or fingerprints.fingerprint != fingerprints_before.fingerprint

),

-- What had not happened yet when the build before was made.
come_due as (

    {% for table, columns in instants.items() %}
    select
        told.source_system,
        told.lead_id
    from {{ ref(table) }} as told
    cross join passed_time
    where
        {% for column in columns %}
        {{ 'or ' if not loop.first }}told.{{ column }} between passed_time.begins_at and passed_time.ends_at
        {% endfor %}

    union all

    {% endfor %}
    select
        opportunity_leads.source_system,
        opportunity_leads.lead_id
    from opportunity_leads
    inner join opportunities
        on
            opportunity_leads.source_system = opportunities.source_system
            and opportunity_leads.opportunity_id = opportunities.opportunity_id
    cross join passed_time
    where
        opportunities.created_at between passed_time.begins_at and passed_time.ends_at
        or opportunities.closed_at between passed_time.begins_at and passed_time.ends_at

    union all

    select
        crm_merges.source_system,
        crm_merges.loser_lead_id as lead_id
    from crm_merges
    cross join passed_time
    where crm_merges.merged_at between passed_time.begins_at and passed_time.ends_at

    union all

    select
        source_system,
        lead_id
    from activities_before
    where is_future_task

),

-- What nothing dates is dated by as_of.
undated as (

    select
        source_system,
        lead_id
    from leads
    where updated_at is null

),

of_changed_owners as (

    {% for table, columns in owners_of.items() %}
    {% for column in columns %}
    select
        told.source_system,
        told.lead_id
    from {{ ref(table) }} as told
    inner join owners
        on
            told.source_system = owners.source_system
            and told.{{ column }} = owners.alias_id

    union all

    {% endfor %}
    {% endfor %}
    select
        opportunity_leads.source_system,
        opportunity_leads.lead_id
    from opportunity_leads
    inner join opportunities
        on
            opportunity_leads.source_system = opportunities.source_system
            and opportunity_leads.opportunity_id = opportunities.opportunity_id
    inner join owners
        on
            opportunities.source_system = owners.source_system
            and opportunities.owner_id = owners.alias_id

    union all

    select
        crm_merges.source_system,
        crm_merges.loser_lead_id as lead_id
    from crm_merges
    inner join owners
        on
            crm_merges.source_system = owners.source_system
            and crm_merges.merged_by = owners.alias_id

),

-- What a source records, and since when, is said of all of its leads.
changed_sources as (

    {{ rows_that_differ('elements', 'elements_before', 'source_system') }}
    union
    {{ rows_that_differ('horizons', 'horizons_before', 'source_system') }}
    union
    {{ rows_that_differ('response_dates', 'response_dates_before', 'source_system') }}
    union
    select elements.source_system from elements cross join passed_time where passed_time.goes_back

),

of_changed_sources as (

    select
        fingerprints.source_system,
        fingerprints.lead_id
    from fingerprints
    inner join changed_sources on fingerprints.source_system = changed_sources.source_system

),

touched as (

    select source_system, lead_id from told_otherwise
    union
    select source_system, lead_id from come_due
    union
    select source_system, lead_id from undated
    union
    select source_system, lead_id from of_changed_owners
    union
    select source_system, lead_id from of_changed_sources

),

with_the_merged as (

    {{ with_the_merged('touched', 'merges', 'merges_before') }}

)

select
    source_system,
    lead_id
from with_the_merged
where
    lead_id is not null
    and {{ finds_changes() }}
