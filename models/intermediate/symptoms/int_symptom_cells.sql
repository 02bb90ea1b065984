with

facts as (

    select * from {{ ref('int_metric_facts') }}

),

celled as (

    select
        *,
        coalesce(fit_band, '(not recorded)') || ' x ' || coalesce(intent_tier, '(not recorded)') as quality_cell
        {%- for part in process_parts() %},
        case when {{ part.metric }} >= 0 then {{ part.metric }} end as {{ part.name }}_state
        {%- endfor %}
    from facts

),

counted as (

    {% for dimension in segment_dimensions() %}
    select
        {{ slice_columns(dimension) }}
        recording_profile,
        quality_cell
        {%- for part in process_parts() %},
        {{ part.name }}_state
        {%- endfor %}
        {%- for symptom in symptoms() %},
        sum(case when {{ symptom.metric }} >= 0 and {{ symptom.among }} then 1 else 0 end)
            as {{ symptom.name }}_trials,
        sum(case when {{ symptom.metric }} = 1 and {{ symptom.among }} then 1 else 0 end) as {{ symptom.name }}_hits
        {%- endfor %}
    from celled
    where {{ is_in_slice(dimension) }}
    group by {{ dimension }}, recording_profile, quality_cell
        {%- for part in process_parts() %}, {{ part.name }}_state{% endfor %}
    {{ 'union all' if not loop.last }}
    {% endfor %}

),

final as (

    {% for symptom in symptoms() %}
    select
        dimension,
        member,
        '{{ symptom.name }}' as symptom,
        recording_profile,
        quality_cell,
        {%- for part in process_parts() %}
        coalesce({{ part.name }}_state, -1) * {{ 10 ** loop.index0 }}{{ ' +' if not loop.last }}
        {%- endfor %} as process_cell,
        {%- for part in process_parts() %}
        {{ part.name }}_state,
        {%- endfor %}
        cast({{ symptom.name }}_trials as double) as trials,
        cast({{ symptom.name }}_hits as double) as hits
    from counted
    where {{ symptom.name }}_trials > 0
    {{ 'union all' if not loop.last }}
    {% endfor %}

)

select * from final
