with

facts as (

    select * from {{ ref('int_handoff_facts') }}
    where
        is_last_handoff
        and outcome not in ('merged', 'deleted')
        and records_status
        and records_lifecycle_stage

),

conflicts as (

    select status_group, stage
    from {{ ref('stg_policies__status_stage_conflicts') }}
    group by status_group, stage

),

counted as (

    select
        source_system,
        coalesce(stage_at_span_end, '(none)') as lifecycle_stage,
        status_group_at_span_end as status_group,
        count(*) as leads
    from facts
    group by source_system, coalesce(stage_at_span_end, '(none)'), status_group_at_span_end

),

final as (

    select
        counted.source_system,
        counted.lifecycle_stage,
        counted.status_group,
        cast(counted.leads as bigint) as leads,
        cast(counted.leads as double) / sum(counted.leads) over (partition by counted.source_system) as share,
        conflicts.stage is not null as is_conflict
    from counted
    left join conflicts
        on
            counted.status_group = conflicts.status_group
            and counted.lifecycle_stage = conflicts.stage

)

select * from final
