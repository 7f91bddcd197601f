/** Problems of requests to the server that the page words itself. */
export const server = {
  pageError: 'Something went wrong in the page.',
  notFound: 'This does not exist, or no longer exists.',
  serverError: 'The server answered with an error ({status}).',
  serverErrorHint: 'The server’s log has details. Trying again may help.',
  unreachable: 'The server can’t be reached.',
  unreachableHint: 'Check that Layerloom is still running (make run), then try again.',
} as const
