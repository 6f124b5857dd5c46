"""The 112 partner (112 치안종합상황실): calls the city, keeps its answers, and watches as an officer would."""
