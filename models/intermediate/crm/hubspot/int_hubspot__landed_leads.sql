{%- set engagement_tables = [
    'stg_hubspot__engagement', 'stg_hubspot__engagement_call', 'stg_hubspot__engagement_communication',
    'stg_hubspot__engagement_email', 'stg_hubspot__engagement_meeting', 'stg_hubspot__engagement_task',
] -%}
with

contacts as (

    select * from {{ touched_rows('stg_hubspot__contact') }}

),

history as (

    select * from {{ touched_rows('stg_hubspot__contact_property_history') }}

),

associations as (

    select * from {{ touched_rows('stg_hubspot__engagement_contact') }}

),

activities_before as (

    select * from {{ still('int_crm__activities') }}

),

merges as (

    select * from {{ ref('int_crm__merges') }}

),

merges_before as (

    select * from {{ kept('int_crm__merges') }}

),

changed_names as (

    select * from {{ ref('int_changed_owner_names') }}

),

campaign_properties as (

    select * from {{ ref('int_hubspot__campaign_properties') }}

),

campaign_properties_before as (

    select * from {{ kept('int_hubspot__campaign_properties') }}

),

touched_activities as (

    {% for table in engagement_tables %}
    select source_system, activity_id from {{ touched_rows(table) }}
    {{ 'union' if not loop.last }}
    {% endfor %}

),

-- Whose an activity was, and whose it is: newer connectors list its contacts in the record itself.
of_touched_activities as (

    select
        activities_before.source_system,
        activities_before.lead_id
    from activities_before
    inner join touched_activities
        on
            activities_before.source_system = touched_activities.source_system
            and activities_before.activity_id = touched_activities.activity_id

    union all

    select
        associated.source_system,
        associated.lead_id
    from {{ ref('stg_hubspot__engagement_contact') }} as associated
    inner join touched_activities
        on
            associated.source_system = touched_activities.source_system
            and associated.activity_id = touched_activities.activity_id

),

listing as (

    {% for table in engagement_tables %}
    select
        engagements.source_system,
        engagements.contacts
    from {{ ref(table) }} as engagements
    inner join touched_activities
        on
            engagements.source_system = touched_activities.source_system
            and engagements.activity_id = touched_activities.activity_id
    where engagements.contacts is not null
    {{ 'union all' if not loop.last }}
    {% endfor %}

),

listed as (

    select
        source_system,
        {{ json_array_items(json_list_of('contacts')) }} as item
    from listing

),

changed_merges as (

    {{ rows_that_differ('merges', 'merges_before', 'source_system, loser_lead_id as lead_id') }}

),

-- The portal's own export names an owner in place of his id.
of_changed_names as (

    select
        owned.source_system,
        owned.lead_id
    from {{ ref('stg_hubspot__contact') }} as owned
    inner join changed_names
        on
            owned.source_system = changed_names.source_system
            and lower(owned.owner_id) = changed_names.name_key

),

changed_sources as (

    {{ rows_that_differ('campaign_properties', 'campaign_properties_before', 'source_system') }}

),

of_changed_sources as (

    select
        held.source_system,
        held.lead_id
    from {{ ref('stg_hubspot__contact') }} as held
    inner join changed_sources on held.source_system = changed_sources.source_system

),

stacked as (

    select source_system, lead_id from contacts
    union
    select source_system, lead_id from history
    union
    select source_system, lead_id from associations
    union
    select source_system, lead_id from of_touched_activities
    union
    select source_system, {{ id_of_json_item('item') }} as lead_id from listed
    union
    select source_system, lead_id from changed_merges
    union
    select source_system, lead_id from of_changed_names
    union
    select source_system, lead_id from of_changed_sources

)

select * from stacked
where
    lead_id is not null
    and {{ finds_changes() }}
