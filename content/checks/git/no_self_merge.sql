with change as (
  select
    connection || '/' || sha as subject_id, kind, merged_at, subject,
    coalesce(author_name, author_email) as merger,
    lower(trim(author_email)) as email, lower(trim(author_name)) as name,
    from_json(authors, '[{"name":"VARCHAR","email":"VARCHAR"}]') as wrote
  from git_change
  where merged_at is null or merged_at > $as_of - to_days($within_days::integer)
),
counted as (
  select
    *,
    len(list_filter(wrote, lambda a: not (coalesce(lower(trim(a.email)) = email, false) or coalesce(lower(trim(a.name)) = name, false)))) as others
  from change
),
verdicts as (
  select
    *,
    case
      when kind = 'direct' then {'status': 'not_applicable', 'reason': 'It is not a merge.'}
      when kind is null or wrote is null or len(wrote) = 0 then {'status': 'unknown', 'reason': 'The record does not say who wrote what was merged.'}
      when kind = 'squash' then {'status': 'unknown', 'reason': 'Git does not record who merged a squashed pull request.'}
      when merger is null then {'status': 'unknown', 'reason': 'The merge names nobody.'}
      when others = 0 then {'status': 'fail', 'reason': merger || ' merged what nobody else wrote.'}
      else {'status': 'pass', 'reason': merger || ' merged work of ' || others || ' other ' || if(others = 1, 'author.', 'authors.')}
    end as verdict
  from counted
)
select subject_id, verdict.status as status, verdict.reason as reason, merged_at, subject
from verdicts
