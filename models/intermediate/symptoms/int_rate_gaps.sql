{#-
  Das Gupta (1993), equations 5.36 and following, for two crossed factors with cell rates. Side 2 is the segment,
  side 1 all other segments. A share of a population p is written as a product of a quality part and a process part,
      p = quality * process,
      quality = sqrt(p(quality | process) * p(quality)),
      process = sqrt(p(process | quality) * p(process)),
  so that rate = sum(quality * process * cell rate), and the gap is, added over the cells,
      (rate_1 + rate_2) / 2 * (process_1 + process_2) / 2 * (quality_2 - quality_1)    the lead-quality mix,
      (rate_1 + rate_2) / 2 * (quality_1 + quality_2) / 2 * (process_2 - process_1)    the process mix,
      (p_1 + p_2) / 2 * (rate_2 - rate_1)                                              the rate effect.
  CRMs that record different things are compared like with like: all of this is done within each recording profile,
  weighed by the mean of its weights on the two sides, and what a different weight of the profiles makes stays in
  the rate effect. Else a CRM that records no fit would seem to have leads of another quality. Variances by the
  delta method: cells are drawn by a multinomial, hits in a cell by a binomial. The influence of one more handoff in
  a cell is worked out on the shares and their margins; a cell's own rate is drawn a little towards both sides' for
  its variance, else a cell with one handoff would seem to have none.
-#}
{%- set segment = ['dimension', 'member', 'symptom'] | join(', ') -%}
{%- set stratum = segment ~ ', recording_profile' -%}
{%- set sides = {1: '-', 2: ''} -%}
with

cells as (

    select * from {{ ref('int_symptom_cells') }}

),

cell_totals as (

    select
        dimension,
        symptom,
        recording_profile,
        quality_cell,
        process_cell,
        {%- for part in process_parts() %}
        {{ part.name }}_state,
        {%- endfor %}
        sum(trials) as trials,
        sum(hits) as hits
    from cells
    group by dimension, symptom, recording_profile, quality_cell, process_cell
        {%- for part in process_parts() %}, {{ part.name }}_state{% endfor %}

),

dimension_totals as (

    select
        dimension,
        symptom,
        sum(trials) as trials,
        sum(hits) as hits
    from cell_totals
    group by dimension, symptom

),

member_totals as (

    select
        dimension,
        member,
        symptom,
        sum(trials) as trials,
        sum(hits) as hits
    from cells
    group by dimension, member, symptom

),

-- A segment that is everything has nobody to be compared with. To have been in no queue is the rule; to have had no
-- owner and no team is what became of a handoff, not where it came from.
segments as (

    select
        member_totals.dimension,
        member_totals.member,
        member_totals.symptom,
        member_totals.trials as all_trials_2,
        member_totals.hits as all_hits_2,
        dimension_totals.trials - member_totals.trials as all_trials_1,
        dimension_totals.hits - member_totals.hits as all_hits_1
    from member_totals
    inner join dimension_totals
        on
            member_totals.dimension = dimension_totals.dimension
            and member_totals.symptom = dimension_totals.symptom
    where
        dimension_totals.trials > member_totals.trials
        and not (member_totals.dimension in ('queue', 'owner', 'team') and member_totals.member = '(none)')

),

paired as (

    select
        segments.*,
        cell_totals.recording_profile,
        cell_totals.quality_cell,
        cell_totals.process_cell,
        {%- for part in process_parts() %}
        cell_totals.{{ part.name }}_state,
        {%- endfor %}
        coalesce(cells.trials, 0e0) as trials_2,
        coalesce(cells.hits, 0e0) as hits_2,
        cell_totals.trials - coalesce(cells.trials, 0e0) as trials_1,
        cell_totals.hits - coalesce(cells.hits, 0e0) as hits_1
    from segments
    inner join cell_totals
        on
            segments.dimension = cell_totals.dimension
            and segments.symptom = cell_totals.symptom
    left join cells
        on
            segments.dimension = cells.dimension
            and segments.member = cells.member
            and segments.symptom = cells.symptom
            and cell_totals.recording_profile = cells.recording_profile
            and cell_totals.quality_cell = cells.quality_cell
            and cell_totals.process_cell = cells.process_cell

),

weighed as (

    select
        *,
        sum(trials_1) over (partition by {{ stratum }}) as profile_trials_1,
        sum(trials_2) over (partition by {{ stratum }}) as profile_trials_2
    from paired

),

-- A cell that is empty on one side takes the other side's rate, and a profile that is takes the other side's mix.
rated as (

    select
        *,
        {%- for side in sides %}
        profile_trials_{{ side }} / all_trials_{{ side }} as weight_{{ side }},
        case
            when profile_trials_{{ side }} > 0 then trials_{{ side }} / profile_trials_{{ side }}
            else trials_{{ 3 - side }} / profile_trials_{{ 3 - side }}
        end as share_{{ side }},
        case
            when trials_{{ side }} > 0 then hits_{{ side }} / trials_{{ side }}
            else hits_{{ 3 - side }} / trials_{{ 3 - side }}
        end as rate_{{ side }},
        {%- endfor %}
        case when profile_trials_1 > 0 and profile_trials_2 > 0 then 1e0 else 0e0 end as is_profile_shared,
        (hits_1 + hits_2 + (all_hits_1 + all_hits_2) / (all_trials_1 + all_trials_2)) / (trials_1 + trials_2 + 1e0)
            as pooled_rate
    from weighed

),

margins as (

    select
        *,
        {%- for side in sides %}
        sum(share_{{ side }}) over (partition by {{ stratum }}, quality_cell) as quality_share_{{ side }},
        sum(share_{{ side }}) over (partition by {{ stratum }}, process_cell) as process_share_{{ side }},
        sum(share_{{ side }} * rate_{{ side }}) over (partition by {{ stratum }}) as profile_rate_{{ side }},
        (hits_{{ side }} + 2e0 * pooled_rate) / (trials_{{ side }} + 2e0) as drawn_rate_{{ side }}
        {{- ',' if not loop.last }}
        {%- endfor %}
    from rated

),

-- What never occurs on a side is taken to occur there as if it had nothing to do with the other factor.
structured as (

    select
        *,
        {%- for side in sides %}
        sqrt(
            case
                when process_share_{{ side }} > 0 then share_{{ side }} / process_share_{{ side }}
                else quality_share_{{ side }}
            end * quality_share_{{ side }}
        ) as quality_{{ side }},
        sqrt(
            case
                when quality_share_{{ side }} > 0 then share_{{ side }} / quality_share_{{ side }}
                else process_share_{{ side }}
            end * process_share_{{ side }}
        ) as process_{{ side }}
        {{- ',' if not loop.last }}
        {%- endfor %}
    from margins

),

averaged as (

    select
        *,
        (weight_1 + weight_2) / 2e0 as mean_weight,
        weight_2 - weight_1 as weight_step,
        (profile_rate_1 + profile_rate_2) / 2e0 as mean_profile_rate,
        (share_1 + share_2) / 2e0 as mean_share,
        (rate_1 + rate_2) / 2e0 as mean_rate,
        rate_2 - rate_1 as rate_step,
        (quality_1 + quality_2) / 2e0 as mean_quality,
        quality_2 - quality_1 as quality_step,
        (process_1 + process_2) / 2e0 as mean_process,
        process_2 - process_1 as process_step
        {%- for side in sides %},
        case when quality_share_{{ side }} > 0 and process_share_{{ side }} > 0 then 0.5e0 else 1e0 end
            as log_part_{{ side }}
        {%- endfor %}
    from structured

),

-- half_<effect>_<side>_<part>: half the derivative of an effect by the logarithm of a side's quality or process part
-- of this cell; the whole of it where that part is a margin itself, for want of the other factor's level.
derived as (

    select
        *,
        mean_rate * mean_process * quality_step as quality_term,
        mean_rate * mean_quality * process_step as process_term,
        mean_share * rate_step as rate_term
        {%- for side, sign in sides.items() %},
        {{ sign }}mean_rate * mean_process * quality_{{ side }} * log_part_{{ side }}
            as half_quality_{{ side }}_quality,
        mean_rate * quality_step / 2e0 * process_{{ side }} * log_part_{{ side }} as half_quality_{{ side }}_process,
        mean_rate * process_step / 2e0 * quality_{{ side }} * log_part_{{ side }} as half_process_{{ side }}_quality,
        {{ sign }}mean_rate * mean_quality * process_{{ side }} * log_part_{{ side }}
            as half_process_{{ side }}_process,
        -- An empty cell or profile of the other side lives on this side's rates, which then count twice.
        case when trials_{{ 3 - side }} > 0 then 1e0 else 2e0 end as cell_rate_uses_{{ side }},
        case when profile_trials_{{ 3 - side }} > 0 then 0.5e0 else 1e0 end as profile_rate_uses_{{ side }}
        {%- endfor %}
    from averaged

),

summed as (

    select
        *
        {%- for effect in ['quality', 'process', 'rate'] %},
        sum({{ effect }}_term) over (partition by {{ stratum }}) as {{ effect }}_profile_effect
        {%- endfor %}
        {%- for side in sides %}
        {%- for effect in ['quality', 'process'] %}
        {%- set difference = 'half_' ~ effect ~ '_' ~ side ~ '_quality - half_' ~ effect ~ '_' ~ side ~ '_process' %},
        sum({{ difference }}) over (partition by {{ stratum }}, quality_cell) as {{ effect }}_over_quality_{{ side }},
        sum({{ difference }}) over (partition by {{ stratum }}, process_cell) as {{ effect }}_over_process_{{ side }},
        sum(half_{{ effect }}_{{ side }}_quality + half_{{ effect }}_{{ side }}_process)
            over (partition by {{ stratum }}) as {{ effect }}_over_all_{{ side }}
        {%- endfor %},
        sum(share_{{ side }} * rate_step) over (partition by {{ stratum }}) as rate_step_over_all_{{ side }}
        {%- endfor %}
    from derived

),

-- What one more handoff of a side in this cell would change, and what a step of the cell's rate would.
influences as (

    select
        *
        {%- for side, sign in sides.items() %}
        {%- for effect, other in [('quality', 'process'), ('process', 'quality')] %},
        case
            when trials_{{ side }} > 0
                then
                    {{ effect }}_profile_effect / 2e0
                    + is_profile_shared * mean_weight / weight_{{ side }} * (
                        (half_{{ effect }}_{{ side }}_quality + half_{{ effect }}_{{ side }}_process) / share_{{ side }}
                        + {{ effect }}_over_quality_{{ side }} / quality_share_{{ side }}
                        - {{ effect }}_over_process_{{ side }} / process_share_{{ side }}
                        - {{ effect }}_over_all_{{ side }}
                    )
            else 0e0
        end as {{ effect }}_influence_{{ side }},
        is_profile_shared * mean_weight * cell_rate_uses_{{ side }} * mean_{{ other }} * {{ effect }}_step / 2e0
            as {{ effect }}_by_rate_{{ side }}
        {%- endfor %},
        case
            when trials_{{ side }} > 0
                then
                    rate_profile_effect / 2e0
                    + {{ sign }}mean_profile_rate
                    + (
                        is_profile_shared * mean_weight * (rate_step - rate_step_over_all_{{ side }}) / 2e0
                        + weight_step * profile_rate_uses_{{ side }} * (rate_{{ side }} - profile_rate_{{ side }})
                    ) / weight_{{ side }}
            else 0e0
        end as rate_influence_{{ side }},
        {{ sign }}is_profile_shared * mean_weight * mean_share * (2e0 - cell_rate_uses_{{ side }})
        + weight_step * profile_rate_uses_{{ side }} * share_{{ side }} as rate_by_rate_{{ side }},
        case
            when trials_{{ side }} > 0 then drawn_rate_{{ side }} * (1e0 - drawn_rate_{{ side }}) / trials_{{ side }}
            else 0e0
        end as rate_variance_{{ side }}
        {%- endfor %}
    from summed

),

effects as (

    select
        dimension,
        member,
        symptom,
        all_trials_1,
        all_trials_2,
        all_hits_1,
        all_hits_2,
        sum(mean_weight * quality_term) as quality_effect,
        sum(mean_weight * process_term) as process_effect,
        sum(mean_weight * rate_term + mean_share * weight_step * mean_profile_rate) as rate_effect
        {%- for effect in ['quality', 'process', 'rate'] %},
        {% for side in sides %}
        (
            sum(
                trials_{{ side }} / all_trials_{{ side }}
                * {{ effect }}_influence_{{ side }} * {{ effect }}_influence_{{ side }}
            )
            - sum(trials_{{ side }} / all_trials_{{ side }} * {{ effect }}_influence_{{ side }})
            * sum(trials_{{ side }} / all_trials_{{ side }} * {{ effect }}_influence_{{ side }})
        ) / all_trials_{{ side }}
        + sum({{ effect }}_by_rate_{{ side }} * {{ effect }}_by_rate_{{ side }} * rate_variance_{{ side }})
        {{- ' +' if not loop.last }}
        {%- endfor %} as {{ effect }}_variance
        {%- endfor %},
        sum(is_profile_shared * trials_2) / all_trials_2 as comparable_share
        {%- for part in process_parts() %},
        {%- for side in sides %}
        sum(case when {{ part.name }}_state = 1 then trials_{{ side }} else 0e0 end)
        / nullif(sum(case when {{ part.name }}_state is not null then trials_{{ side }} else 0e0 end), 0e0)
            as {{ part.name }}_share_{{ side }}{{ ',' if not loop.last }}
        {%- endfor %}
        {%- endfor %}
    from influences
    group by dimension, member, symptom, all_trials_1, all_trials_2, all_hits_1, all_hits_2

),

final as (

    select
        dimension,
        member,
        symptom,
        all_trials_2 as trials,
        all_hits_2 as hits,
        all_trials_1 as other_trials,
        all_hits_1 as other_hits,
        all_hits_2 / all_trials_2 as rate,
        all_hits_1 / all_trials_1 as reference_rate,
        all_hits_2 / all_trials_2 - all_hits_1 / all_trials_1 as gap,
        {%- for effect in ['quality', 'process', 'rate'] %}
        {{ effect }}_effect,
        -- Less is what rounding leaves where the parts cancel out, another rest in another order of rows.
        case when {{ effect }}_variance >= 1e-14 then sqrt({{ effect }}_variance) else 0e0 end as {{ effect }}_error,
        {%- endfor %}
        comparable_share,
        {%- for part in process_parts() %}
        {{ part.name }}_share_1,
        {{ part.name }}_share_2{{ ',' if not loop.last }}
        {%- endfor %}
    from effects

)

select * from final
