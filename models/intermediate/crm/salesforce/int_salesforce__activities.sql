with tasks as (

    select * from {{ ref('int_salesforce__tasks') }}

),

events as (

    select * from {{ ref('int_salesforce__events') }}

),

parents as (

    select * from {{ ref('int_salesforce__lead_parents') }}

),

stacked as (

    select * from tasks
    union all
    select * from events

),

-- By whom or by what it was logged on; the union keeps one row where both lead to the same lead.
links as (

    select
        stacked.source_system,
        stacked.activity_id,
        parents.lead_id,
        parents.is_lead_deleted
    from stacked
    inner join parents
        on
            stacked.source_system = parents.source_system
            and stacked.who_id = parents.parent_id

    union

    select
        stacked.source_system,
        stacked.activity_id,
        parents.lead_id,
        parents.is_lead_deleted
    from stacked
    inner join parents
        on
            stacked.source_system = parents.source_system
            and stacked.what_id = parents.parent_id

),

translated as (

    select
        stacked.source_system,
        stacked.activity_id,
        links.lead_id,
        stacked.activity_type,
        stacked.owner_id,
        stacked.created_by,
        stacked.happened_at,
        stacked.happened_is_day,
        stacked.created_at,
        stacked.due_at,
        stacked.due_is_day,
        stacked.starts_at,
        stacked.is_completed,
        stacked.is_open_task,
        stacked.direction,
        stacked.outcome,
        stacked.is_automated_source,
        stacked.source,
        stacked.body is not null as has_body,
        stacked.synced_at
    from stacked
    inner join links
        on
            stacked.source_system = links.source_system
            and stacked.activity_id = links.activity_id
    -- Deleting a lead deletes its tasks with it: they were done all the same. One deleted alone was a mistake.
    where not stacked.is_deleted or links.is_lead_deleted

)

select * from translated
