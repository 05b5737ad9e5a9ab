with staff as (
  -- One row for each address: someone who came back has several records and has left only when all of them ended.
  select
    lower(trim(email)) as email,
    case when bool_or(not gone) then false when bool_or(gone is null) then null else true end as has_left,
    max(end_date) as left_on,
    any_value(name) as name
  from (
    select
      email, name, end_date,
      case
        when end_date < $as_of::date then true
        when end_date >= $as_of::date then false
        when status = 'terminated' then true
        when status in ('active', 'on_leave') then false
      end as gone
    from hr_employee
  )
  where email is not null
  group by all
),
verdicts as (
  select
    person.connection || '/' || person.identity as subject_id, person.last_commit_at, person.names, staff.left_on,
    case
      when regexp_matches(lower(trim(person.email)), '^noreply@(github\.com|codeberg\.org|bitbucket\.org|(.*\.)?gitlab\.com|(.*\.)?gitea\.(io|com))$')
        then {'status': 'not_applicable', 'reason': 'It is a forge, not a contributor.'}
      when list_contains(string_split(lower(replace($automation, ' ', '')), ','), lower(trim(person.email)))
        then {'status': 'not_applicable', 'reason': 'It is a known automation.'}
      when not exists (select 1 from staff)
        then {'status': 'unknown', 'reason': 'There are no employee records to compare with.'}
      when person.email is null
        then {'status': 'unknown', 'reason': 'The commits name no address, so whose they are cannot be told.'}
      when staff.email is null and regexp_matches(lower(trim(person.email)), '@users\.noreply\.')
        then {'status': 'unknown', 'reason': 'The address hides the person: only the forge knows whose account it is.'}
      when staff.email is null
        then {'status': 'fail', 'reason': 'Nobody in the employee records has the address ' || person.email || '.'}
      when person.last_commit_at is null
        then {'status': 'unknown', 'reason': 'None of the commits has a readable date.'}
      when staff.has_left is null
        then {'status': 'unknown', 'reason': 'The employee record does not say whether the person still works here.'}
      when staff.has_left and person.last_commit_at::date > staff.left_on
        then {'status': 'fail', 'reason': 'The person left on ' || staff.left_on || ' and last committed on ' || person.last_commit_at::date || '.'}
      when staff.has_left and staff.left_on is null
        then {'status': 'unknown', 'reason': 'The person left, and the record does not say when.'}
      else {'status': 'pass', 'reason': coalesce(staff.name, staff.email) || ' is in the employee records.'}
    end as verdict
  from git_contributor as person
  left join staff on staff.email = lower(trim(person.email))
  where person.last_commit_at is null or person.last_commit_at > $as_of - to_days($within_days::integer)
)
select subject_id, verdict.status as status, verdict.reason as reason, last_commit_at, left_on, names
from verdicts
