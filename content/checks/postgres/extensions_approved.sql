select
  connection || '/' || name as subject_id,
  case
    when name = 'plpgsql' then 'not_applicable'
    when list_contains(string_split(replace($approved, ' ', ''), ','), name) then 'pass'
    when list_contains(string_split(replace($risky, ' ', ''), ','), name) then 'fail'
    when trusted is null or needs_superuser is null then 'unknown'
    else 'pass'
  end as status,
  case
    when name = 'plpgsql' then 'The extension is part of every database.'
    when list_contains(string_split(replace($approved, ' ', ''), ','), name) then 'The extension is approved.'
    when list_contains(string_split(replace($risky, ' ', ''), ','), name) then 'The extension is on the list of risky ones and is not approved.'
    when trusted is null or needs_superuser is null then 'The files of the extension are gone, so that what it may do cannot be told.'
    else 'The extension is not on the list of risky ones.'
  end as reason,
  version
from postgres_extension
