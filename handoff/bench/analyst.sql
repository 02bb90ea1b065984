-- What an analyst would write: of each lead the first handoff, from all changes and activities in one event table.
create table handoffs as
with

events as (

    select
        lead_id,
        created_date as occurred_at,
        case field when 'Status' then 'status' else 'stage' end as kind,
        lower(trim(new_value)) as value
    from read_parquet('{folder}/lead_history/whole.parquet')
    where field in ('Status', 'Lifecycle_Stage__c')

    union all

    select
        who_id as lead_id,
        completed_date_time as occurred_at,
        'activity' as kind,
        task_subtype as value
    from read_parquet('{folder}/task/whole.parquet')
    where status = 'Completed'

),

openings as (

    select
        lead_id,
        min(occurred_at) as opened_at
    from events
    where kind = 'stage' and value = 'mql'
    group by lead_id

),

followed as (

    select
        openings.lead_id,
        openings.opened_at,
        min(case when events.kind = 'activity' and events.value in ('Call', 'Email') then events.occurred_at end)
            as first_action_at,
        min(case when events.kind = 'status' and events.value in ('accepted', 'working - contacted')
            then events.occurred_at end) as accepted_at,
        min(case when events.kind = 'status' and events.value = 'closed - not converted' then events.occurred_at end)
            as rejected_at,
        min(case when events.kind = 'status' and events.value = 'closed - converted' then events.occurred_at end)
            as converted_at
    from openings
    left join events on openings.lead_id = events.lead_id and events.occurred_at >= openings.opened_at
    group by openings.lead_id, openings.opened_at

)

select
    *,
    date_diff('second', opened_at, first_action_at) / 60.0 as minutes_to_first_action
from followed
