{#-
  Whether a share differs from another one in a given direction by more than chance, as a chain of CTEs ending in
  `<name>`: the rows of `comparisons` and `p_value`. Columns read: hits, trials, other_hits, other_trials and
  direction (1: the share would be too high, -1: too low). The p-value is twice the one-sided one of Fisher's exact
  test, at most 1, and 1 where the share does not lie on that side. Null where a side is empty. With a margin the
  question is whether it differs by more than that: the share is brought so much closer first.

  The hypergeometric tail comes in closed form from Skovgaard's double saddlepoint approximation with Daniels'
  continuity correction: within 7 % of the exact one over more than 20 orders of magnitude, mostly within 0.1 %,
  where the usual normal approximation is wrong by factors at the small shares and levels that a run of thousands of
  tests decides at.
-#}
{% macro exact_tests(name, comparisons, margin=0) -%}
{%- set shared = 'hits - direction * ' ~ margin ~ 'e0 * trials' if margin else 'hits' -%}
{{ name }}_counted as (

    select
        *,
        cast({{ shared }} as double) as hits_d,
        cast(trials as double) as trials_d,
        cast(other_hits as double) as other_hits_d,
        cast(other_trials as double) as other_trials_d
    from {{ comparisons }}

),

{{ name }}_shifted as (

    select
        *,
        {#- Half a handoff towards the middle: the tail of a count, read off a continuous curve. -#}
        hits_d - direction * 0.5e0 as hits_c,
        trials_d - hits_d + direction * 0.5e0 as misses_c,
        other_hits_d + direction * 0.5e0 as other_hits_c,
        other_trials_d - other_hits_d - direction * 0.5e0 as other_misses_c,
        hits_d + other_hits_d as all_hits,
        trials_d - hits_d + other_trials_d - other_hits_d as all_misses,
        direction * (hits_d * other_trials_d - other_hits_d * trials_d) > 0
        and hits_d - direction * 0.5e0 > 0
        and trials_d - hits_d + direction * 0.5e0 > 0 as is_on_side
    from {{ name }}_counted

),

{{ name }}_likelihoods as (

    select
        *,
        case when is_on_side then
            hits_c * ln(hits_c) + misses_c * ln(misses_c)
            + other_hits_c * ln(other_hits_c) + other_misses_c * ln(other_misses_c)
            - trials_d * ln(trials_d) - other_trials_d * ln(other_trials_d)
            - all_hits * ln(all_hits) - all_misses * ln(all_misses)
            + (trials_d + other_trials_d) * ln(trials_d + other_trials_d)
        end as half_deviance,
        case when is_on_side then abs(ln(hits_c) + ln(other_misses_c) - ln(misses_c) - ln(other_hits_c)) end
            as log_odds_ratio,
        {#- Half a handoff can carry a small difference past the middle: then it is none. -#}
        is_on_side and direction * (hits_c * other_misses_c - misses_c * other_hits_c) > 0 as is_beyond,
        case when is_on_side then sqrt(
            (hits_c * misses_c / trials_d) * (other_hits_c * other_misses_c / other_trials_d)
            / (all_hits * all_misses / (trials_d + other_trials_d))
        ) end as information
    from {{ name }}_shifted

),

{{ name }}_roots as (

    select
        *,
        case when is_beyond then sqrt(2e0 * greatest(half_deviance, 0e0)) end as root,
        case when is_beyond then (exp(log_odds_ratio / 2e0) - exp(-log_odds_ratio / 2e0)) * information end as wald
    from {{ name }}_likelihoods

),

{#- Near the middle the correction is 0/0, rounding and nothing else; there the root alone will do. -#}
{{ name }}_scores as (

    select
        *,
        case when root > 0.1e0 then greatest(root + ln(wald / root) / root, 0e0) else root end as score
    from {{ name }}_roots

),

{{ name }} as (

    select
        *,
        case
            when trials > 0 and other_trials > 0
                then case when is_beyond then least(2e0 * {{ normal_tail('score') }}, 1e0) else 1e0 end
        end as p_value
    from {{ name }}_scores

)
{%- endmacro %}

{#-
  The normal probability beyond x >= 0 (Hart's rational approximation as given by West, 2005): 15 digits, far out as
  well.
-#}
{% macro normal_tail(x) -%}
    case
        when {{ x }} > 37e0 then 0e0
        when {{ x }} < 7.07106781186547e0 then exp(-{{ x }} * {{ x }} / 2e0)
            * ((((((3.52624965998911e-2 * {{ x }} + 0.700383064443688e0) * {{ x }} + 6.37396220353165e0) * {{ x }}
            + 33.912866078383e0) * {{ x }} + 112.079291497871e0) * {{ x }} + 221.213596169931e0) * {{ x }}
            + 220.206867912376e0)
            / (((((((8.83883476483184e-2 * {{ x }} + 1.75566716318264e0) * {{ x }} + 16.064177579207e0) * {{ x }}
            + 86.7807322029461e0) * {{ x }} + 296.564248779674e0) * {{ x }} + 637.333633378831e0) * {{ x }}
            + 793.826512519948e0) * {{ x }} + 440.413735824752e0)
        else exp(-{{ x }} * {{ x }} / 2e0) / 2.506628274631e0
            / ({{ x }} + 1e0 / ({{ x }} + 2e0 / ({{ x }} + 3e0 / ({{ x }} + 4e0 / ({{ x }} + 0.65e0)))))
    end
{%- endmacro %}

{#- Benjamini and Hochberg's adjusted p-value over all rows with one: what survives at 5 % has one of at most 0.05. -#}
{% macro benjamini_hochberg(name, tested) -%}
{{ name }}_ranked as (

    select
        *,
        case when p_value is not null then
            p_value * count(p_value) over ()
            / row_number() over (partition by p_value is null order by p_value)
        end as p_value_scaled
    from {{ tested }}

),

{{ name }} as (

    select
        *,
        case when p_value is not null then least(
            min(p_value_scaled) over (
                partition by p_value is null order by p_value desc
                range between unbounded preceding and current row
            ),
            1e0
        ) end as q_value
    from {{ name }}_ranked

)
{%- endmacro %}
