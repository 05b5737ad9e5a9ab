/**
 * The file is not a package that can be judged at all: no ZIP, a hostile one, or without a manifest that can be read. The command line
 * answers with exit code 2. `message` says what is wrong and what to do.
 */
export class UnusablePackage extends Error {
  constructor(message: string, options?: { cause?: unknown }) {
    super(message, options)
    this.name = 'UnusablePackage'
  }
}
