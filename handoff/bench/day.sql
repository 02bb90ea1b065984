-- A day of a busy CRM: of 200 leads one is touched. Its record comes again with another status, two changes and a call are
-- logged, one more change comes late. Some leads are merged, some deleted, some go to another owner, and some are new.
create temporary table of_the_day as
select
    id,
    hash(id) // 200 % 40 as kind,
    lead(id) over (order by id) as next_id,
    timestamp '{day}' + to_seconds(cast(hash(id) // 7 % 80000 as bigint)) as touched_at
from read_parquet('{folder}/lead/whole.parquet')
where hash(id) % 200 = 0;

copy (
    select leads.* replace (
        case when of_the_day.kind = 0 then 'New' when of_the_day.kind < 20 then 'Working' else 'Nurture' end as status,
        leads.is_deleted or of_the_day.kind in (1, 2) as is_deleted,
        case when of_the_day.kind = 1 then of_the_day.next_id else leads.master_record_id end as master_record_id,
        case when of_the_day.kind in (3, 4) then '0055f0000000101AAA' else leads.owner_id end as owner_id,
        of_the_day.touched_at as system_modstamp,
        of_the_day.touched_at as last_modified_date,
        of_the_day.touched_at as _fivetran_synced
    )
    from read_parquet('{folder}/lead/whole.parquet') as leads
    inner join of_the_day on leads.id = of_the_day.id

    union all

    select leads.* replace (
        leads.id || 'N' as id,
        'new-' || leads.email as email,
        'New' as status,
        false as is_converted,
        null as converted_date, null as converted_contact_id, null as converted_account_id, null as converted_opportunity_id,
        null as master_record_id,
        false as is_deleted,
        of_the_day.touched_at as created_date,
        of_the_day.touched_at as system_modstamp,
        of_the_day.touched_at as last_modified_date,
        of_the_day.touched_at as _fivetran_synced
    )
    from read_parquet('{folder}/lead/whole.parquet') as leads
    inner join of_the_day on leads.id = of_the_day.id
    where of_the_day.kind >= 36
) to '{folder}/lead/day.parquet';

copy (
    select
        of_the_day.id || change.kind as id,
        of_the_day.id as lead_id,
        change.field,
        cast(null as varchar) as old_value,
        change.new_value,
        of_the_day.touched_at - change.earlier as created_date,
        '0055f0000000101AAA' as created_by_id,
        false as is_deleted,
        of_the_day.touched_at as _fivetran_synced
    from of_the_day
    cross join (
        values
        ('a', 'Status', 'Working', interval 0 minute),
        ('b', 'Status', 'Nurture', interval 30 day),
        ('c', 'Lifecycle_Stage__c', 'MQL', interval 1 minute)
    ) as change (kind, field, new_value, earlier)
) to '{folder}/lead_history/day.parquet';

copy (
    select tasks.* replace (
        of_the_day.id || 'T' as id,
        of_the_day.id as who_id,
        of_the_day.touched_at as created_date,
        of_the_day.touched_at as completed_date_time,
        cast(of_the_day.touched_at as date) as activity_date,
        of_the_day.touched_at as system_modstamp,
        of_the_day.touched_at as last_modified_date,
        of_the_day.touched_at as _fivetran_synced
    )
    from of_the_day
    cross join (
        select * from read_parquet('{folder}/task/whole.parquet') where task_subtype = 'Call' and is_closed limit 1
    ) as tasks
) to '{folder}/task/day.parquet';
