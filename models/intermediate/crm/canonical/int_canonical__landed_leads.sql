with

leads as (

    select * from {{ touched_rows('stg_canonical__leads') }}

),

changes as (

    select * from {{ touched_rows('stg_canonical__lead_changes') }}

),

activities as (

    select * from {{ touched_rows('stg_canonical__activities') }}

),

logged_fields as (

    select * from {{ ref('int_canonical__logged_fields') }}

),

logged_fields_before as (

    select * from {{ kept('int_canonical__logged_fields') }}

),

changed_sources as (

    {{ rows_that_differ('logged_fields', 'logged_fields_before', 'source_system') }}

),

of_changed_sources as (

    select
        changes.source_system,
        changes.lead_id
    from {{ ref('stg_canonical__lead_changes') }} as changes
    inner join changed_sources on changes.source_system = changed_sources.source_system

),

stacked as (

    select source_system, lead_id from leads
    union
    select source_system, lead_id from changes
    union
    select source_system, lead_id from activities
    union
    select source_system, lead_id from of_changed_sources

)

select * from stacked
where
    lead_id is not null
    and {{ finds_changes() }}
