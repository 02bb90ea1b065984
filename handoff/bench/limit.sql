-- The limit: read the raw tables, make one event table of them, sort it by lead and time, write it.
create table events as
select *
from (
    select
        id as lead_id, created_date as occurred_at, 'created' as event_type, id as event_id, null as field,
        null as old_value, status as new_value, created_by_id as actor_id
    from read_parquet('{folder}/lead/whole.parquet')

    union all

    select lead_id, created_date, 'changed', id, field, old_value, new_value, created_by_id
    from read_parquet('{folder}/lead_history/whole.parquet')

    union all

    select
        coalesce(who_id, what_id), coalesce(completed_date_time, created_date), 'activity', id, task_subtype,
        null, call_disposition, owner_id
    from read_parquet('{folder}/task/whole.parquet')

    union all

    select coalesce(who_id, what_id), created_date, 'activity', id, event_subtype, null, null, owner_id
    from read_parquet('{folder}/event.parquet')

    union all

    select lead_id, created_date, 'campaign', id, null, null, campaign_id, null
    from read_parquet('{folder}/campaign_member.parquet')
)
order by lead_id, occurred_at
