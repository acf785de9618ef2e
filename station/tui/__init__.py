"""The viewer: draws snapshots, sends acts. Knows the wire and the table of metrics, nothing behind them."""
