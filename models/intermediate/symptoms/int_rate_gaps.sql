{#-
  Das Gupta (1993), equations 5.36 and following, for two crossed factors with cell rates. Side 2 is the segment, side 1 all other
  segments. A share of a population p is written as a product of a quality part and a process part,
      p = quality * process,  quality = sqrt(p(quality | process) * p(quality)),  process = sqrt(p(process | quality) * p(process)),
  so that rate = sum(quality * process * cell rate), and the gap is, added over the cells,
      (rate_1 + rate_2) / 2 * (process_1 + process_2) / 2 * (quality_2 - quality_1)    the lead-quality mix,
      (rate_1 + rate_2) / 2 * (quality_1 + quality_2) / 2 * (process_2 - process_1)    the process mix,
      (p_1 + p_2) / 2 * (rate_2 - rate_1)                                              the rate effect.
  Variances by the delta method: cells are drawn by a multinomial, hits in a cell by a binomial. The influence of one more handoff in
  a cell is worked out on the shares and their margins; a cell's own rate is drawn a little towards both sides' for its
  variance, else a cell with one handoff would seem to have none.
-#}
{%- set segment = ['dimension', 'member', 'symptom'] | join(', ') -%}
{%- set sides = {1: '-', 2: ''} -%}
with

cells as (

    select * from {{ ref('int_symptom_cells') }}

),

cell_totals as (

    select
        dimension,
        symptom,
        quality_cell,
        process_cell,
        {%- for part in process_parts() %}
        {{ part.name }}_state,
        {%- endfor %}
        sum(trials) as trials,
        sum(hits) as hits
    from cells
    group by dimension, symptom, quality_cell, process_cell
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

-- A segment that is everything has nobody to be compared with.
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
    where dimension_totals.trials > member_totals.trials

),

paired as (

    select
        segments.*,
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
            and cell_totals.quality_cell = cells.quality_cell
            and cell_totals.process_cell = cells.process_cell

),

-- A cell that is empty on one side takes the other side's rate.
rated as (

    select
        *,
        trials_1 / all_trials_1 as share_1,
        trials_2 / all_trials_2 as share_2,
        case when trials_1 > 0 then hits_1 / trials_1 else hits_2 / trials_2 end as rate_1,
        case when trials_2 > 0 then hits_2 / trials_2 else hits_1 / trials_1 end as rate_2,
        (hits_1 + hits_2 + (all_hits_1 + all_hits_2) / (all_trials_1 + all_trials_2)) / (trials_1 + trials_2 + 1e0) as pooled_rate
    from paired

),

margins as (

    select
        *,
        {%- for side in sides %}
        sum(share_{{ side }}) over (partition by {{ segment }}, quality_cell) as quality_share_{{ side }},
        sum(share_{{ side }}) over (partition by {{ segment }}, process_cell) as process_share_{{ side }},
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
            case when process_share_{{ side }} > 0 then share_{{ side }} / process_share_{{ side }} else quality_share_{{ side }} end
            * quality_share_{{ side }}
        ) as quality_{{ side }},
        sqrt(
            case when quality_share_{{ side }} > 0 then share_{{ side }} / quality_share_{{ side }} else process_share_{{ side }} end
            * process_share_{{ side }}
        ) as process_{{ side }}
        {{- ',' if not loop.last }}
        {%- endfor %}
    from margins

),

averaged as (

    select
        *,
        (rate_1 + rate_2) / 2e0 as mean_rate,
        (quality_1 + quality_2) / 2e0 as mean_quality,
        (process_1 + process_2) / 2e0 as mean_process,
        quality_2 - quality_1 as quality_step,
        process_2 - process_1 as process_step
    from structured

),

-- half_<effect>_<side>_<part>: half the derivative of an effect by the logarithm of a side's quality or process part of this cell.
derived as (

    select
        *,
        {%- for side, sign in sides.items() %}
        {{ sign }}mean_rate * mean_process * quality_{{ side }} / 2e0 as half_quality_{{ side }}_quality,
        mean_rate * quality_step / 2e0 * process_{{ side }} / 2e0 as half_quality_{{ side }}_process,
        mean_rate * process_step / 2e0 * quality_{{ side }} / 2e0 as half_process_{{ side }}_quality,
        {{ sign }}mean_rate * mean_quality * process_{{ side }} / 2e0 as half_process_{{ side }}_process,
        case when trials_{{ 3 - side }} > 0 then 1e0 else 2e0 end * mean_process * quality_step / 2e0 as quality_by_rate_{{ side }},
        case when trials_{{ 3 - side }} > 0 then 1e0 else 2e0 end * mean_quality * process_step / 2e0 as process_by_rate_{{ side }},
        case when trials_{{ 3 - side }} > 0 then (share_1 + share_2) / 2e0 else 0e0 end as rate_by_rate_{{ side }}
        {{- ',' if not loop.last }}
        {%- endfor %}
    from averaged

),

summed as (

    select
        *
        {%- for side in sides %}
        {%- for effect in ['quality', 'process'] %}
        {%- set difference = 'half_' ~ effect ~ '_' ~ side ~ '_quality - half_' ~ effect ~ '_' ~ side ~ '_process' %},
        sum({{ difference }}) over (partition by {{ segment }}, quality_cell) as {{ effect }}_over_quality_{{ side }},
        sum({{ difference }}) over (partition by {{ segment }}, process_cell) as {{ effect }}_over_process_{{ side }}
        {%- endfor %}
        {%- endfor %}
    from derived

),

-- What one more handoff of a side in this cell would change.
influences as (

    select
        *,
        {%- for side in sides %}
        {%- for effect in ['quality', 'process'] %}
        case
            when trials_{{ side }} > 0
                then
                    (half_{{ effect }}_{{ side }}_quality + half_{{ effect }}_{{ side }}_process) / share_{{ side }}
                    + {{ effect }}_over_quality_{{ side }} / quality_share_{{ side }}
                    - {{ effect }}_over_process_{{ side }} / process_share_{{ side }}
            else 0e0
        end as {{ effect }}_influence_{{ side }},
        {%- endfor %}
        case when trials_{{ side }} > 0 then (rate_2 - rate_1) / 2e0 else 0e0 end as rate_influence_{{ side }},
        case when trials_{{ side }} > 0 then drawn_rate_{{ side }} * (1e0 - drawn_rate_{{ side }}) / trials_{{ side }} else 0e0 end
            as rate_variance_{{ side }}
        {{- ',' if not loop.last }}
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
        sum(mean_rate * mean_process * quality_step) as quality_effect,
        sum(mean_rate * mean_quality * process_step) as process_effect,
        sum((share_1 + share_2) / 2e0 * (rate_2 - rate_1)) as rate_effect
        {%- for effect in ['quality', 'process', 'rate'] %},
        {% for side in sides %}
        (
            sum(share_{{ side }} * {{ effect }}_influence_{{ side }} * {{ effect }}_influence_{{ side }})
            - sum(share_{{ side }} * {{ effect }}_influence_{{ side }}) * sum(share_{{ side }} * {{ effect }}_influence_{{ side }})
        ) / all_trials_{{ side }}
        + sum({{ effect }}_by_rate_{{ side }} * {{ effect }}_by_rate_{{ side }} * rate_variance_{{ side }})
        {{- ' +' if not loop.last }}
        {%- endfor %} as {{ effect }}_variance
        {%- endfor %}
        {%- for part in process_parts() %},
        {%- for side in sides %}
        sum(case when {{ part.name }}_state = 1 then share_{{ side }} else 0e0 end)
        / nullif(sum(case when {{ part.name }}_state is not null then share_{{ side }} else 0e0 end), 0e0)
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
        sqrt(greatest({{ effect }}_variance, 0e0)) as {{ effect }}_error,
        {%- endfor %}
        {%- for part in process_parts() %}
        {{ part.name }}_share_1,
        {{ part.name }}_share_2{{ ',' if not loop.last }}
        {%- endfor %}
    from effects

)

select * from final
