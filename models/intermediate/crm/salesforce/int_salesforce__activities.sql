{{ by_lead('landed', is_view=true) }}
with tasks as (

    select * from {{ ref('int_salesforce__tasks') }}

),

events as (

    select * from {{ ref('int_salesforce__events') }}

),

parents as (

    select * from {{ ref('int_salesforce__lead_parents') }}

),

stacked {{ as_read_each_time() }} (

    select * from tasks
    union all
    select * from events

),

by_person as (

    select
        stacked.*,
        parents.lead_id,
        parents.is_lead_deleted
    from stacked
    inner join parents
        on
            stacked.source_system = parents.source_system
            and stacked.who_id = parents.parent_id

),

-- By what it was logged on, where the person does not lead to the same lead already.
by_opportunity as (

    select
        stacked.*,
        parents.lead_id,
        parents.is_lead_deleted
    from stacked
    inner join parents
        on
            stacked.source_system = parents.source_system
            and stacked.what_id = parents.parent_id
    left join parents as persons
        on
            stacked.source_system = persons.source_system
            and stacked.who_id = persons.parent_id
            and parents.lead_id = persons.lead_id
    where persons.lead_id is null

),

linked as (

    select * from by_person
    union all
    select * from by_opportunity

),

translated as (

    select
        source_system,
        activity_id,
        lead_id,
        activity_type,
        owner_id,
        created_by,
        happened_at,
        happened_is_day,
        created_at,
        due_at,
        due_is_day,
        starts_at,
        is_completed,
        is_open_task,
        direction,
        outcome,
        is_automated_source,
        source,
        body is not null as has_body,
        synced_at
    from linked
    -- Deleting a lead deletes its tasks with it: they were done all the same. One deleted alone was a mistake.
    where not is_deleted or is_lead_deleted

)

select * from translated
