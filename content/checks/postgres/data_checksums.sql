select
  connection || '/server' as subject_id,
  case
    when $file_system_checksums then 'not_applicable'
    when data_checksums is null then 'unknown'
    when data_checksums then 'pass'
    else 'fail'
  end as status,
  case
    when $file_system_checksums then 'The file system keeps checksums itself.'
    when data_checksums is null then 'The source did not say whether checksums are on.'
    when data_checksums then 'Data pages carry checksums.'
    else 'Data pages carry no checksums.'
  end as reason
from postgres_server
