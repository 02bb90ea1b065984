with

merges as (

    select * from {{ ref('int_crm__merges') }}

),

clock as (

    select * from {{ ref('int_clock') }}

),

leads as (

    select * from {{ ref('int_crm__leads') }}

),

-- A merge without a stamp of its own is dated by the last modification of the record that went away.
dated_merges as (

    select
        merges.source_system,
        merges.loser_lead_id as lead_id,
        merges.survivor_lead_id,
        coalesce(
            {{ placed_instant('merges.merged_at', 'merges.merged_at_is_day') }},
            {{ placed_instant('leads.updated_at', 'leads.updated_at_is_day') }},
            clock.as_of
        ) as merged_at,
        coalesce(
            case when merges.merged_at is not null then merges.merged_at_is_day else leads.updated_at_is_day end, false
        ) as is_day_level,
        merges.merged_at is null or merges.is_inferred as is_inferred,
        merges.merged_by
    from merges
    cross join clock
    left join leads
        on
            merges.source_system = leads.source_system
            and merges.loser_lead_id = leads.lead_id
    where merges.survivor_lead_id != merges.loser_lead_id

),

merged_by_now as (

    select dated_merges.*
    from dated_merges
    cross join clock
    where dated_merges.merged_at <= clock.as_of

),

-- A survivor may have been merged away later: four steps are more than any CRM shows.
final as (

    select
        first_merge.source_system,
        first_merge.lead_id,
        coalesce(
            fourth_merge.survivor_lead_id,
            third_merge.survivor_lead_id,
            second_merge.survivor_lead_id,
            first_merge.survivor_lead_id
        ) as survivor_lead_id,
        first_merge.survivor_lead_id as direct_survivor_lead_id,
        first_merge.merged_at,
        first_merge.is_day_level,
        first_merge.is_inferred,
        first_merge.merged_by
    from merged_by_now as first_merge
    left join merged_by_now as second_merge
        on
            first_merge.source_system = second_merge.source_system
            and first_merge.survivor_lead_id = second_merge.lead_id
    left join merged_by_now as third_merge
        on
            second_merge.source_system = third_merge.source_system
            and second_merge.survivor_lead_id = third_merge.lead_id
    left join merged_by_now as fourth_merge
        on
            third_merge.source_system = fourth_merge.source_system
            and third_merge.survivor_lead_id = fourth_merge.lead_id

)

select * from final
