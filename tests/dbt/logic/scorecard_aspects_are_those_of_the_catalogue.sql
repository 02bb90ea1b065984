-- The scorecard names its aspects and their layers; a finding of the catalogue that it does not know would be lost.
with

catalogue as (

    select layer, quality_dimension, confusion_type
    from {{ ref('stg_policies__findings') }}
    where severity in {{ breaking_severities() }}
    group by layer, quality_dimension, confusion_type

),

aspects as (

    {% for aspect in scorecard_aspects() %}
    {% set aspect_loop = loop %}
    {% for layer in aspect.layers %}
    select '{{ aspect.aspect }}' as aspect, '{{ aspect.name }}' as name, '{{ layer }}' as layer
    {{ 'union all' if not (aspect_loop.last and loop.last) }}
    {% endfor %}
    {% endfor %}

),

expected as (

    select 'layer' as aspect, layer as name, layer from catalogue
    union
    select 'quality_dimension' as aspect, quality_dimension as name, layer from catalogue
    union
    select 'confusion' as aspect, confusion_type as name, layer from catalogue

),

final as (

    select
        coalesce(aspects.aspect, expected.aspect) as aspect,
        coalesce(aspects.name, expected.name) as name,
        coalesce(aspects.layer, expected.layer) as layer,
        aspects.aspect is not null as is_scored,
        expected.aspect is not null as is_in_catalogue
    from aspects
    full outer join expected
        on
            aspects.aspect = expected.aspect
            and aspects.name = expected.name
            and aspects.layer = expected.layer
    where
        aspects.aspect is null
        or expected.aspect is null

)

select * from final
