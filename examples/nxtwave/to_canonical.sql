-- NxtWave's sales log in the canonical layout. Variables: source (folder of the original files) and target (folder to
-- write to), set by examples/to_canonical.py. Dates are written month/day/year: assigned_date holds 2/19/2022.

create temp macro day_of(written) as strftime(strptime(written, '%m/%d/%Y'), '%Y-%m-%d');
-- One copy of the reasons in circulation writes NA for a blank.
create temp macro said(written) as nullif(nullif(trim(written), ''), 'NA');

create temp view basics as
select * from read_csv(getvariable('source') || '/leads_basic_details.csv', all_varchar = true);

create temp view assignments as
select * from read_csv(getvariable('source') || '/sales_managers_assigned_leads_details.csv', all_varchar = true);

-- Rows are told apart by their place in the file: a manager may call twice a day for the same reason.
create temp view calls as
select
    *,
    row_number() over () as call_number
from read_csv(getvariable('source') || '/leads_interaction_details.csv', all_varchar = true);

create temp view demos as
select * from read_csv(getvariable('source') || '/leads_demo_watched_details.csv', all_varchar = true);

-- A lead says no once: to the demo, then to considering, then to converting. The column tells how far it had come.
create temp view refusals as
select
    lead_id,
    case
        when said(reasons_for_not_interested_to_convert) is not null then 'not interested to convert'
        when said(reasons_for_not_interested_to_consider) is not null then 'not interested to consider'
        when said(reasons_for_not_interested_in_demo) is not null then 'not interested in demo'
    end as status,
    coalesce(
        said(reasons_for_not_interested_to_convert),
        said(reasons_for_not_interested_to_consider),
        said(reasons_for_not_interested_in_demo)
    ) as reason
from read_csv(getvariable('source') || '/leads_reasons_for_no_interest.csv', all_varchar = true);

create temp view conversions as
select
    lead_id,
    min(day_of(call_done_date)) as converted_at
from calls
where lead_stage = 'conversion' and call_status = 'successful'
group by lead_id;

-- No table keeps a modification date: the last dated entry about a lead is when the CRM is last known to have changed.
create temp view last_entries as
select
    lead_id,
    max(entry_day) as updated_at
from (
    select lead_id, day_of(assigned_date) as entry_day from assignments
    union all
    select lead_id, day_of(call_done_date) as entry_day from calls
    union all
    select lead_id, day_of(demo_watched_date) as entry_day from demos
) as entries
group by lead_id;

-- The assignment hands the lead to sales: nothing before it is recorded, not even when the lead came in.
copy (
    select
        basics.lead_id,
        day_of(assignments.assigned_date) as mql_at,
        day_of(assignments.assigned_date) as assigned_at,
        assignments.jnr_sm_id as owner_id,
        basics.lead_gen_source as original_source,
        case when conversions.lead_id is not null then 'converted' else refusals.status end as status,
        refusals.reason as rejection_reason,
        case when conversions.lead_id is not null then 'true' else 'false' end as is_converted,
        conversions.converted_at,
        last_entries.updated_at
    from basics
    left join assignments on basics.lead_id = assignments.lead_id
    left join refusals on basics.lead_id = refusals.lead_id
    left join conversions on basics.lead_id = conversions.lead_id
    left join last_entries on basics.lead_id = last_entries.lead_id
    order by basics.lead_id
) to (getvariable('target') || '/leads.csv') (header);

copy (
    select
        'call-' || call_number as activity_id,
        lead_id,
        'call' as activity_type,
        jnr_sm_id as owner_id,
        day_of(call_done_date) as occurred_at,
        'completed' as status,
        'outbound' as direction,
        call_status as outcome,
        'manual' as source
    from calls
    order by call_number
) to (getvariable('target') || '/activities.csv') (header);

-- A junior sales manager belongs to the team of the senior one.
copy (
    select distinct
        jnr_sm_id as owner_id,
        'user' as owner_type,
        snr_sm_id as team_id
    from assignments
    order by owner_id
) to (getvariable('target') || '/owners.csv') (header);
