import { keepPreviousData, queryOptions } from '@tanstack/react-query'
import { answer, api } from '../../../../web/api/client.ts'
import { type FileDraft, type Place, type Preview, previewFileOf, type Upload } from './file-values.ts'

const aMinute = 60_000

/** What a file holds and what is wrong with its mapping. */
export function fetchPreview(place: Place, draft: FileDraft, signal?: AbortSignal): Promise<Preview> {
  const body = {
    place: 'folder' in place ? place : { uploads: [...place.uploads] },
    file: previewFileOf(draft),
  }
  return answer(api.POST('/api/v1/connections/files/preview', { body, ...(signal ? { signal } : {}) }))
}

/** The same for as long as it is shown. The files of a folder may change, so it is not believed for long. */
export function previewQuery(place: Place, draft: FileDraft) {
  return queryOptions({
    queryKey: ['files', 'preview', place, previewFileOf(draft)],
    queryFn: ({ signal }) => fetchPreview(place, draft, signal),
    placeholderData: keepPreviousData,
    staleTime: aMinute,
    retry: false,
  })
}

export function folderQuery(folder: string) {
  return queryOptions({
    queryKey: ['files', 'folder', folder],
    queryFn: ({ signal }) => answer(api.POST('/api/v1/connections/files/folder', { body: { folder }, signal })),
    enabled: folder !== '',
    staleTime: aMinute,
    retry: false,
  })
}

/**
 * Uploads a file, telling how much of it has gone (0 to 1). `fetch` tells no progress of what it sends, hence the older interface.
 * Rejects with ApiProblem, with TypeError when the server does not answer, and with the signal's reason.
 */
export function uploadFile(file: File, onProgress: (part: number) => void, signal: AbortSignal): Promise<Upload> {
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest()
    request.open('POST', '/api/v1/connections/files/uploads')
    request.responseType = 'json'
    request.upload.onprogress = event => onProgress(event.total === 0 ? 0 : event.loaded / event.total)
    request.onload = () => {
      const response = new Response(null, { status: request.status })
      const body: unknown = request.response
      resolve(answer(Promise.resolve({ data: body as Upload, error: body, response })))
    }
    request.onerror = () => reject(new TypeError('The upload did not reach the server.'))
    request.onabort = () => reject(signal.reason)
    signal.addEventListener('abort', () => request.abort(), { once: true })
    const body = new FormData()
    body.set('file', file)
    request.send(body)
  })
}
