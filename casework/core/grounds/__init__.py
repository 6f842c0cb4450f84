"""The legal grounds on which a fact may leave its agency: data, and which of them hold in a situation."""
