"""Success as a function of one or two things that are turned, a page of docs/results/ each."""
