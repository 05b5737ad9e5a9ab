with person as (
  select
    connection || '/' || identity as subject_id, last_commit_at, names,
    lower(trim(email)) as email,
    lower(trim(split_part(email, '@', -1))) as host
  from git_contributor
  where last_commit_at is null or last_commit_at > $as_of - to_days($within_days::integer)
),
placeholder as (
  select unnest(string_split(lower(replace($placeholder_domains, ' ', '')), ',')) as domain
),
marked as (
  select person.*, count(placeholder.domain) > 0 as is_placeholder
  from person
  left join placeholder
    on placeholder.domain <> '' and (person.host = placeholder.domain or ends_with(person.host, '.' || placeholder.domain))
  group by all
),
verdicts as (
  select
    *,
    case
      when regexp_matches(email, '^noreply@(github\.com|codeberg\.org|bitbucket\.org|(.*\.)?gitlab\.com|(.*\.)?gitea\.(io|com))$')
        then {'status': 'not_applicable', 'reason': 'It is a forge, not a contributor.'}
      when last_commit_at is null
        then {'status': 'unknown', 'reason': 'None of the commits has a readable date, so whether they are recent is unknown.'}
      when email is null or email = '' then {'status': 'fail', 'reason': 'The commits name no address.'}
      when not regexp_matches(email, '^[^@\s]+@[^@\s]+$') then {'status': 'fail', 'reason': '"' || email || '" is not an address.'}
      when host = 'alias.invalid'
        then {'status': 'unknown', 'reason': 'It is an alias that hides the domain of the address.'}
      when is_placeholder or not contains(host, '.')
        then {'status': 'fail', 'reason': email || ' is a placeholder: nobody owns ' || host || '.'}
      else {'status': 'pass', 'reason': email || ' is an address of its own.'}
    end as verdict
  from marked
)
select subject_id, verdict.status as status, verdict.reason as reason, last_commit_at, names
from verdicts
