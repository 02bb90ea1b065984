with

leads as (

    select * from {{ touched_rows('stg_salesforce__lead') }}

),

history as (

    select * from {{ touched_rows('stg_salesforce__lead_history') }}

),

tasks as (

    select * from {{ touched_rows('stg_salesforce__task') }}

),

events as (

    select * from {{ touched_rows('stg_salesforce__event') }}

),

contacts as (

    select * from {{ touched_rows('stg_salesforce__contact') }}

),

changed_names as (

    select * from {{ ref('int_changed_owner_names') }}

),

-- What a lead is known by in what is logged: where one changed, its lead was touched itself.
parents as (

    select * from {{ still('int_salesforce__lead_parents') }}

),

touched_parents as (

    select source_system, who_id as parent_id from tasks
    union
    select source_system, what_id as parent_id from tasks
    union
    select source_system, who_id as parent_id from events
    union
    select source_system, what_id as parent_id from events

),

of_touched_parents as (

    select
        parents.source_system,
        parents.lead_id
    from parents
    inner join touched_parents
        on
            parents.source_system = touched_parents.source_system
            and parents.parent_id = touched_parents.parent_id

),

-- What a contact is merged into decides whose its activities are.
of_touched_contacts as (

    select
        converted.source_system,
        converted.lead_id
    from {{ ref('stg_salesforce__lead') }} as converted
    inner join contacts
        on
            converted.source_system = contacts.source_system
            and converted.contact_id = contacts.contact_id

),

-- A log may name an owner in place of his id.
of_changed_names as (

    {% for value in ['old_value', 'new_value'] %}
    select
        logged.source_system,
        logged.lead_id
    from {{ ref('stg_salesforce__lead_history') }} as logged
    inner join changed_names
        on
            logged.source_system = changed_names.source_system
            and lower(logged.{{ value }}) = changed_names.name_key
    {{ 'union all' if not loop.last }}
    {% endfor %}

),

logged_fields as (

    select * from {{ ref('int_salesforce__logged_fields') }}

),

logged_fields_before as (

    select * from {{ kept('int_salesforce__logged_fields') }}

),

changed_sources as (

    {{ rows_that_differ('logged_fields', 'logged_fields_before', 'source_system') }}

),

of_changed_sources as (

    select
        logged.source_system,
        logged.lead_id
    from {{ ref('stg_salesforce__lead_history') }} as logged
    inner join changed_sources on logged.source_system = changed_sources.source_system

),

stacked as (

    select source_system, lead_id from leads
    union
    select source_system, lead_id from history
    union
    select source_system, lead_id from of_touched_parents
    union
    select source_system, lead_id from of_touched_contacts
    union
    select source_system, lead_id from of_changed_names
    union
    select source_system, lead_id from of_changed_sources

)

select * from stacked
where
    lead_id is not null
    and {{ finds_changes() }}
