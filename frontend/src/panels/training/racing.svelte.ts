/** Which backends of the server take part in the next race; the same in all views of the page. */
export const racing = $state<{ without: readonly string[] }>({ without: [] })
