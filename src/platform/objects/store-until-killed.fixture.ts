/** Puts 8 MiB of incompressible content into the store in the folder of the first argument, and prints the error's code if there is one. */
import { randomBytes } from 'node:crypto'
import { VouchError } from '../errors/errors.ts'
import { FolderStore } from './folder-store.ts'

const [folder = '', manner] = process.argv.slice(2)
const store = await FolderStore.open(folder)

async function* source(): AsyncIterable<Uint8Array> {
  for (let mebibyte = 0; mebibyte < 8; mebibyte += 1) {
    yield randomBytes(1_048_576)
    if (manner === 'kill' && mebibyte === 6) process.kill(process.pid, 'SIGKILL')
  }
}

try {
  await store.put(source())
  console.log('stored')
} catch (thrown) {
  console.log(thrown instanceof VouchError ? thrown.code : thrown)
}
